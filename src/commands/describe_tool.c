/* describe_tool.c - writes Boutiques and CWL descriptions. */
#include "describe_tool.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "../report/json_text.h"

/* One operand of a command: "PREDICTION", "FILE...". */
typedef struct {
    char name[64];
    bool several;
} operand;

static bool has_option(const seg_command *c, const char *name)
{
    for (const seg_option *o = c->options; o->name; o++)
        if (!strcmp(o->name, name))
            return true;
    return false;
}

/* The next operand of the synopsis; false at its end. One that is called like an option gets "_file" behind its name. */
static bool next_operand(const seg_command *c, const char **text, operand *out)
{
    size_t n = strcspn(*text, " "), kept = 0;

    if (!n)
        return false;
    out->several = n > 3 && !memcmp(*text + n - 3, "...", 3);
    for (size_t i = 0; i < n && kept + sizeof "_file" < sizeof out->name; i++)
        if (isalnum((unsigned char)(*text)[i]) || (*text)[i] == '_')
            out->name[kept++] = (char)tolower((unsigned char)(*text)[i]);
    out->name[kept] = '\0';
    if (has_option(c, out->name))
        strcpy(out->name + kept, "_file");
    *text += n + ((*text)[n] == ' ');
    return true;
}

/* --slice-axis -> slice_axis: names in both formats are of letters, digits and '_'. */
static void add_id(seg_string *out, const char *name)
{
    for (; *name; name++)
        seg_string_printf(out, "%c", *name == '-' ? '_' : *name);
}

enum { NAME_SIZE = 64 };

/* The option as it is offered: a switch that is on when it is not given is offered as the one that turns it off. */
static seg_option offered(const seg_option *o, char name[NAME_SIZE])
{
    seg_option shown = *o;

    snprintf(name, NAME_SIZE, "%s%s", o->negatable ? "no-" : "", o->name);
    shown.name = name;
    return shown;
}

static bool is_switch(const seg_option *o)
{
    return o->type == SEG_OPTION_SWITCH || o->type == SEG_OPTION_COUNT;
}

static void add_choices(seg_string *out, const seg_option *o)
{
    for (size_t i = 0; o->choices[i]; i++) {
        seg_string_add(out, i ? ", " : "");
        seg_json_text(out, o->choices[i]);
    }
}

/* ---- Boutiques ---- */

/* [LOSS], the place of a value in the command line. */
static void add_key(seg_string *out, const char *name)
{
    seg_string_add(out, "[");
    for (; *name; name++)
        seg_string_printf(out, "%c", *name == '-' ? '_' : toupper((unsigned char)*name));
    seg_string_add(out, "]");
}

static void boutiques_command_line(seg_string *out, const seg_command *c)
{
    const char *text = c->operands;
    char name[NAME_SIZE];
    operand p;

    seg_string_printf(out, "segloss %s", c->name);
    for (const seg_option *o = c->options; o->name; o++) {
        seg_option shown = offered(o, name);

        seg_string_add(out, " ");
        add_key(out, shown.name);
    }
    while (next_operand(c, &text, &p)) {
        seg_string_add(out, " ");
        add_key(out, p.name);
    }
}

static void boutiques_option(seg_string *out, const seg_option *o)
{
    const char *type = is_switch(o)                                                    ? "Flag"
                       : o->completes == SEG_COMPLETE_FILE                             ? "File"
                       : o->type == SEG_OPTION_NUMBER || o->type == SEG_OPTION_INTEGER ? "Number"
                                                                                       : "String";

    seg_string_add(out, "{\"id\": \"");
    add_id(out, o->name);
    seg_string_printf(out,
                      "\", \"name\": \"--%s\", \"type\": \"%s\", \"optional\": true, \"command-line-flag\": \"--%s\", "
                      "\"value-key\": \"",
                      o->name, type, o->name);
    add_key(out, o->name);
    seg_string_add(out, "\", \"description\": ");
    seg_json_text(out, o->help);
    if (o->type == SEG_OPTION_INTEGER)
        seg_string_add(out, ", \"integer\": true");
    if (o->type == SEG_OPTION_CHOICE && o->choices) {
        seg_string_add(out, ", \"value-choices\": [");
        add_choices(out, o);
        seg_string_add(out, "]");
    }
    seg_string_add(out, "}");
}

static void boutiques_operand(seg_string *out, const seg_command *c, const operand *p)
{
    seg_string_printf(out, "{\"id\": \"%s\", \"name\": \"%s\", \"type\": \"File\", \"optional\": %s, \"value-key\": \"",
                      p->name, p->name, c->least ? "false" : "true");
    add_key(out, p->name);
    seg_string_printf(out, "\"%s}", p->several ? ", \"list\": true" : "");
}

void seg_describe_boutiques(seg_string *out, const seg_command *c)
{
    const char *text = c->operands, *between = "";
    seg_string line = {0};
    char name[NAME_SIZE];
    operand p;

    boutiques_command_line(&line, c);
    seg_string_printf(out,
                      "{\"name\": \"segloss %s\", \"tool-version\": \"" SEG_VERSION "\", \"schema-version\": \"0.5\", "
                      "\"description\": ",
                      c->name);
    seg_json_text(out, c->summary);
    seg_string_add(out, ",\n \"command-line\": ");
    seg_json_text(out, line.text ? line.text : "");
    seg_string_add(out, ",\n \"inputs\": [");
    for (; next_operand(c, &text, &p); between = ",") {
        seg_string_printf(out, "%s\n  ", between);
        boutiques_operand(out, c, &p);
    }
    for (const seg_option *o = c->options; o->name; o++, between = ",") {
        seg_option shown = offered(o, name);

        seg_string_printf(out, "%s\n  ", between);
        boutiques_option(out, &shown);
    }
    seg_string_printf(out, "]%s}\n",
                      has_option(c, "output") ? ",\n \"output-files\": [{\"id\": \"report\", \"name\": \"report\", "
                                                "\"path-template\": \"[OUTPUT]\", \"optional\": true}]"
                                              : "");
    seg_string_free(&line);
}

/* ---- CWL ---- */

static void cwl_type(seg_string *out, const seg_option *o)
{
    if (is_switch(o))
        seg_string_add(out, "[\"null\", \"boolean\"]");
    else if (o->type == SEG_OPTION_CHOICE && o->choices) {
        seg_string_add(out, "[\"null\", {\"type\": \"enum\", \"symbols\": [");
        add_choices(out, o);
        seg_string_add(out, "]}]");
    } else if (o->type == SEG_OPTION_TEXTS)
        seg_string_printf(
            out, "[\"null\", {\"type\": \"array\", \"items\": \"string\", \"inputBinding\": {\"prefix\": \"--%s\"}}]",
            o->name);
    else
        seg_string_printf(out, "[\"null\", \"%s\"]",
                          o->completes == SEG_COMPLETE_FILE && strcmp(o->name, "output") ? "File"
                          : o->type == SEG_OPTION_INTEGER                                ? "int"
                          : o->type == SEG_OPTION_NUMBER                                 ? "double"
                                                                                         : "string");
}

static void cwl_option(seg_string *out, const seg_option *o)
{
    seg_string_add(out, "\"");
    add_id(out, o->name);
    seg_string_add(out, "\": {\"type\": ");
    cwl_type(out, o);
    seg_string_printf(out,
                      ", \"inputBinding\": {%s%s%s}, \"doc\": ", o->type == SEG_OPTION_TEXTS ? "" : "\"prefix\": \"--",
                      o->type == SEG_OPTION_TEXTS ? "" : o->name, o->type == SEG_OPTION_TEXTS ? "" : "\"");
    seg_json_text(out, o->help);
    seg_string_add(out, "}");
}

/* Folders are as good as files: two of them are a batch. */
static void cwl_operand(seg_string *out, const seg_command *c, const operand *p, int position)
{
    const char *any = c->least ? "\"File\", \"Directory\"" : "\"null\", \"File\", \"Directory\"";

    if (p->several)
        seg_string_printf(out, "\"%s\": {\"type\": {\"type\": \"array\", \"items\": [%s]}", p->name, any);
    else
        seg_string_printf(out, "\"%s\": {\"type\": [%s]", p->name, any);
    seg_string_printf(out, ", \"inputBinding\": {\"position\": %d}}", position);
}

void seg_describe_cwl(seg_string *out, const seg_command *c)
{
    const char *text = c->operands, *between = "";
    int position = 1;
    char name[NAME_SIZE];
    operand p;

    seg_string_printf(
        out,
        "{\"cwlVersion\": \"v1.2\", \"class\": \"CommandLineTool\", \"baseCommand\": [\"segloss\", \"%s\"], "
        "\"label\": ",
        c->name);
    seg_json_text(out, c->summary);
    seg_string_add(out, ",\n \"inputs\": {");
    for (; next_operand(c, &text, &p); between = ",") {
        seg_string_printf(out, "%s\n  ", between);
        cwl_operand(out, c, &p, position++);
    }
    for (const seg_option *o = c->options; o->name; o++, between = ",") {
        seg_option shown = offered(o, name);

        seg_string_printf(out, "%s\n  ", between);
        cwl_option(out, &shown);
    }
    seg_string_add(out, "},\n \"outputs\": {\"report\": {\"type\": \"stdout\"}},\n \"stdout\": \"report\"}\n");
}
