/* html_assets.h - the style sheet and the script of an HTML report, and the hash by which the page allows the script. */
#ifndef SEG_REPORT_HTML_ASSETS_H
#define SEG_REPORT_HTML_ASSETS_H

extern const char *const seg_html_style[]; /* NULL-terminated parts */
extern const char seg_html_script[], seg_html_script_hash[];

#endif
