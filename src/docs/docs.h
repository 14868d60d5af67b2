/* docs.h - the manual, the completions and the README's tables, written from the tables that the program runs on. */
#ifndef SEG_DOCS_DOCS_H
#define SEG_DOCS_DOCS_H

#include "../base/text.h"
#include "../commands/command.h"

/* segloss.1, segloss-COMMAND.1, segloss-losses.7, segloss-metrics.7 in mdoc. */
void seg_docs_main_page(seg_string *out);
void seg_docs_command_page(seg_string *out, const seg_command *command);
void seg_docs_losses_page(seg_string *out);
void seg_docs_metrics_page(seg_string *out);

void seg_docs_bash(seg_string *out);
void seg_docs_zsh(seg_string *out);
void seg_docs_fish(seg_string *out);

/* The README with what stands between <!-- NAME --> and <!-- end NAME --> written anew, for the names commands,
 * losses, metrics, conventions and formats. */
void seg_docs_readme(seg_string *out, const char *old);

/* The page segloss-formats(5) with the section of each image format written anew. */
void seg_docs_formats_page(seg_string *out, const char *old);

#endif
