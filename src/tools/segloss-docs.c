/* segloss-docs.c - writes man/, completions/ and the README's tables anew: segloss-docs ROOT. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../docs/docs.h"

static int save(const char *root, const char *path, seg_string *text)
{
    char full[4096];
    FILE *file;
    int failed;

    snprintf(full, sizeof full, "%s/%s", root, path);
    file = fopen(full, "w");
    failed = !file || text->failed || fwrite(text->text, 1, text->length, file) != text->length;
    if (file && fclose(file))
        failed = 1;
    if (failed)
        perror(full);
    seg_string_free(text);
    return failed;
}

static int save_page(const char *root, const char *path, void (*write)(seg_string *out))
{
    seg_string text = {0};

    write(&text);
    return save(root, path, &text);
}

/* A file of which `make docs` writes only parts. */
static int save_parts(const char *root, const char *name, void (*write)(seg_string *out, const char *old))
{
    char path[4096], part[65536];
    seg_string old = {0}, text = {0};
    size_t n;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", root, name);
    file = fopen(path, "r");
    if (!file) {
        perror(path);
        return 1;
    }
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        seg_string_add_n(&old, part, n);
    fclose(file);
    write(&text, old.text ? old.text : "");
    seg_string_free(&old);
    return save(root, name, &text);
}

int main(int argc, char **argv)
{
    const char *root = argc > 1 ? argv[1] : ".";
    int failed = save_page(root, "man/segloss.1", seg_docs_main_page);

    failed |= save_page(root, "man/segloss-losses.7", seg_docs_losses_page);
    failed |= save_page(root, "man/segloss-metrics.7", seg_docs_metrics_page);
    failed |= save_page(root, "completions/segloss.bash", seg_docs_bash);
    failed |= save_page(root, "completions/_segloss", seg_docs_zsh);
    failed |= save_page(root, "completions/segloss.fish", seg_docs_fish);
    for (size_t i = 0; i < seg_commands_count; i++) {
        seg_string text = {0};
        char path[256];

        snprintf(path, sizeof path, "man/segloss-%s.1", seg_commands[i]->name);
        seg_docs_command_page(&text, seg_commands[i]);
        failed |= save(root, path, &text);
    }
    failed |= save_parts(root, "README.md", seg_docs_readme);
    failed |= save_parts(root, "man/segloss-formats.5", seg_docs_formats_page);
    return failed;
}
