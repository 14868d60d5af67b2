/* files.h - opens text files that a run reads, and keeps a run from writing over a file that it reads.
 *
 * A command first declares its outputs. Every reader then compares the file it has opened with them, by device and
 * inode, so that links and other spellings of a name are recognised. The declarations belong to the process. */
#ifndef SEG_BASE_FILES_H
#define SEG_BASE_FILES_H

#include <stdio.h>
#include <sys/stat.h>

#include "error.h"

/* Declares a file that the run will write; NULL and "-" are stdout. SEG_USAGE when another output of the run is the
 * same file. */
seg_status seg_declare_output(const char *path, seg_error *err);

/* Forgets all declarations. */
void seg_forget_outputs(void);

/* SEG_WRITE when the opened file, of which fstat() said `about`, is a declared output. From any thread. */
seg_status seg_check_input(const struct stat *about, const char *path, seg_error *err);

/* SEG_WRITE when seg_check_input() has failed before: nothing must be written then. */
seg_status seg_check_outputs(seg_error *err);

/* Opens a file to be read as a stream, "-" being stdin. Folders and devices are refused; a pipe without a writer is at
 * its end at once. `what` names it in errors ("a list of pairs"). seg_close_input() closes it. */
seg_status seg_open_input(FILE **stream, const char *path, const char *what, seg_error *err);
void seg_close_input(FILE *stream);

/* Flushes the folder of a file to the disk, so that a new name survives a power failure. What cannot be flushed is left. */
void seg_flush_folder(const char *path);

/* Opens /dev/null on those of the descriptors 0 to 2 that are closed, so that no file of the run gets one of them.
 * Reading from 0 and writing to 1 then fail as they would on a closed descriptor. */
void seg_open_standard_descriptors(void);

#endif
