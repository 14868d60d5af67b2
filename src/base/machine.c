/* machine.c - reads the limits that Linux, control groups and Slurm set; where there are none, counts pages. */
#include "machine.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The number behind `key` in a file of "key number" lines; with an empty key the first number. False when there is
 * none, as in "max". */
static bool read_number(const char *path, const char *key, uint64_t *number)
{
    char line[256];
    FILE *f = fopen(path, "re");
    bool found = false;
    unsigned long long n = 0;

    while (f && !found && fgets(line, sizeof line, f))
        found = !strncmp(line, key, strlen(key)) && sscanf(line + strlen(key), " %llu", &n) == 1;
    if (f)
        fclose(f);
    *number = n;
    return found;
}

/* What Linux says is free, including what it would give back; elsewhere all pages. */
static uint64_t of_system(void)
{
    uint64_t kilobytes;
    long pages, size;

    if (read_number("/proc/meminfo", "MemAvailable:", &kilobytes))
        return kilobytes * 1024;
    pages = sysconf(_SC_PHYS_PAGES);
    size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : UINT64_MAX;
}

/* What one folder of control groups leaves: files it holds in the page cache would be given back. */
static uint64_t of_group(const char *folder)
{
    char path[4200];
    uint64_t limit, used = 0;

    snprintf(path, sizeof path, "%s/memory.max", folder);
    if (!read_number(path, "", &limit))
        return UINT64_MAX;
    snprintf(path, sizeof path, "%s/memory.stat", folder);
    (void)read_number(path, "anon ", &used);
    return limit > used ? limit - used : 0;
}

/* The least that the group of this process and those around it leave. */
static uint64_t of_groups(void)
{
    static const char root[] = "/sys/fs/cgroup";
    char line[4096], folder[4160];
    FILE *f = fopen("/proc/self/cgroup", "re");
    uint64_t least = UINT64_MAX;

    *folder = 0;
    while (f && !*folder && fgets(line, sizeof line, f))
        if (!strncmp(line, "0::/", 4))
            snprintf(folder, sizeof folder, "%s%.*s", root, (int)strcspn(line + 3, "\n"), line + 3);
    if (f)
        fclose(f);
    while (strlen(folder) >= strlen(root)) {
        uint64_t free_here = of_group(folder);

        least = free_here < least ? free_here : least;
        *strrchr(folder, '/') = 0;
    }
    return least;
}

/* A whole number above 0 and below a million million; 0 for anything else. */
static int64_t of_environment(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    long long n = text ? strtoll(text, &end, 10) : 0;

    return end && end != text && !*end && n > 0 && n < 1000000000000 ? n : 0;
}

int seg_slurm_processors(void)
{
    int64_t n = of_environment("SLURM_CPUS_PER_TASK");

    return n <= 4096 ? (int)n : 0;
}

/* Slurm counts in megabytes; 0 means all the node has. */
static uint64_t of_slurm(void)
{
    int64_t node = of_environment("SLURM_MEM_PER_NODE"), processor = of_environment("SLURM_MEM_PER_CPU");
    int processors = seg_slurm_processors();
    uint64_t megabytes = node ? (uint64_t)node : (uint64_t)processor * (uint64_t)(processors ? processors : 1);

    return megabytes ? megabytes << 20 : UINT64_MAX;
}

uint64_t seg_free_memory(void)
{
    uint64_t free_bytes[] = {of_system(), of_groups(), of_slurm()}, least = UINT64_MAX;

    for (int i = 0; i < 3; i++)
        least = free_bytes[i] < least ? free_bytes[i] : least;
    return least;
}
