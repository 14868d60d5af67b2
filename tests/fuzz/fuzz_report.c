/* fuzz_report.c - libFuzzer target: any bytes are a report in CSV, TSV, JSON or JSONL; what was read is written as JSONL,
 * whose lines are read again. */
#include <string.h>

#include "memory_file.h"
#include "report/read_lines.h"
#include "report/read_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_lines(const seg_report_file *file, const char *path)
{
    const seg_report_style style = {0};
    seg_output output = {0};
    seg_report report = {0};
    seg_error err = {0};
    seg_status st = seg_output_open(&output, path, SEG_OUTPUT_LINES, &err);

    if (!st)
        st = seg_report_begin(&report, seg_report_format_find("jsonl"), &style, &output, &err);
    for (size_t i = 0; i < file->n && !st; i++)
        st = seg_report_add(&report, &file->cases[i], &err);
    if (!st)
        st = seg_report_end(&report, &err);
    if (st)
        abort();
    seg_report_free(&report);
    seg_output_free(&output);
}

static void read_lines(const char *path, size_t n)
{
    seg_report_lines lines;
    seg_error err = {0};
    seg_case *c = NULL;
    size_t read = 0;

    if (seg_report_lines_open(&lines, path, 0, &err))
        abort();
    do {
        if (seg_report_lines_next(&lines, &c, &err))
            abort();
        read += c != NULL;
    } while (c);
    if (read != n)
        abort();
    seg_report_lines_close(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memory_file file = memory_file_make(data, size), again = memory_file_make(NULL, 0);
    seg_report_file report = {0};
    seg_error err = {0};
    seg_status st = seg_report_read(&report, file.path, &err);

    check_outcome(st, &err);
    if (!st) {
        write_lines(&report, again.path);
        read_lines(again.path, report.n);
    }
    seg_report_file_free(&report);
    close(file.fd);
    close(again.fd);
    return 0;
}
