/* formats.h - every format of a report, one per line, in the order of `segloss list formats`. */
FORMAT(table)
FORMAT(csv)
FORMAT(tsv)
FORMAT(json)
FORMAT(jsonl)
FORMAT(markdown)
FORMAT(latex)
FORMAT(value)
