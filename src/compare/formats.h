/* formats.h - how a comparison can be written, one per line. */
FORMAT(text)
FORMAT(markdown)
FORMAT(latex)
FORMAT(html)
FORMAT(csv)
FORMAT(json)
