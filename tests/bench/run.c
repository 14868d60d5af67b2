/* run.c - runs the jobs of a table in turn, measures whole processes, and prints what they cost beside one another.
 *
 *     run bench|growth SEGLOSS LIMIT SCRIPTS        in the folder of the data
 *
 * A round runs every program of a job once: segloss with all threads, with one thread, the physical limit, then the
 * peers that are installed (in the first rounds only: they take seconds). A ratio is the median over the rounds of
 * the quotient of two times of the same round, so what else the machine does falls on both. A second table has the
 * instruction sets of the processor side by side.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MOST_ROUNDS = 99, MOST_WORDS = 64, PEER_ROUNDS = 2, PROGRAMS = 6 };
enum { OURS, SINGLE, LIMIT, SCIPY, PLASTIMATCH, TORCH };

/* What is run; the words of a command are separated by spaces. NULL: there is nothing to compare with. */
struct job {
    const char *name, *what; /* what: operands and options of `segloss eval` */
    const char *limit;       /* operands of the limit program */
    const char *scipy;       /* operands of peer_scipy.py */
    const char *plastimatch; /* operands of peer_plastimatch.sh */
    const char *torch;       /* operands of peer_torch.py */
};

#define LABELS " --metric dsc,iou,hd95"
#define PIXEL_REGION                                                                                                   \
    "ce,topk,focal,dice,log-cosh-dice,wasserstein-dice,iou,lovasz,tversky,focal-tversky,sens-spec,t-loss"

static const struct job bench[] = {
    {"abdomen, 8 organs: DSC, IoU, HD95", "abdomen_pred.nii.gz abdomen_gt.nii.gz" LABELS,
     "inflate abdomen_pred.nii.gz abdomen_gt.nii.gz", "metrics abdomen_pred.nii.gz abdomen_gt.nii.gz", "abdomen 8",
     NULL},
    {"the same from plain .nii", "abdomen_pred.nii abdomen_gt.nii" LABELS, "read abdomen_pred.nii abdomen_gt.nii",
     "metrics abdomen_pred.nii abdomen_gt.nii", NULL, NULL},
    {"abdomen, prediction 65 mm away", "abdomen_shift.nii.gz abdomen_gt.nii.gz" LABELS,
     "inflate abdomen_shift.nii.gz abdomen_gt.nii.gz", "metrics abdomen_shift.nii.gz abdomen_gt.nii.gz", NULL, NULL},
    {"brain tumour, 3 classes", "brats_pred.nii.gz brats_gt.nii.gz" LABELS, "inflate brats_pred.nii.gz brats_gt.nii.gz",
     "metrics brats_pred.nii.gz brats_gt.nii.gz", NULL, NULL},
    {"brain tumour, 2 % of voxels are noise", "brats_noise.nii.gz brats_gt.nii.gz" LABELS,
     "inflate brats_noise.nii.gz brats_gt.nii.gz", "metrics brats_noise.nii.gz brats_gt.nii.gz", NULL, NULL},
    {"500 PNG pairs 1024 x 512, 19 classes", "city/pred city/gt -q" LABELS, "png city/pred city/gt", NULL, NULL, NULL},
    {"20 of them", "city20/pred city20/gt -q" LABELS, "png city20/pred city20/gt", "metrics city20/pred city20/gt",
     NULL, NULL},
    {"100 small volumes", "small/pred small/gt -q" LABELS, "inflate small/pred small/gt", "metrics small/pred small/gt",
     NULL, NULL},
    {"map 256 x 256 x 148 x 9: CE, focal, Dice, IoU, Tversky, Lovasz",
     "half_prob.nii half_gt.nii --metric none --loss ce,focal,dice,iou,tversky,lovasz", "read half_prob.nii", NULL,
     NULL, "region half_prob.nii half_gt.nii"},
    {"the same map: 12 pixel and region losses", "half_prob.nii half_gt.nii --metric none --loss " PIXEL_REGION,
     "read half_prob.nii", NULL, NULL, NULL},
    {"the same map: Hausdorff and boundary losses", "half_prob.nii half_gt.nii --metric none --loss hausdorff,boundary",
     "read half_prob.nii", "boundary half_prob.nii half_gt.nii", NULL, NULL},
    {"the same map from .nii.gz, CE and Dice", "half_prob.nii.gz half_gt.nii --metric none --loss ce,dice",
     "inflate half_prob.nii.gz", NULL, NULL, NULL},
    {"map 512 x 512 x 148 x 9 (1.4 GB): CE and Dice", "full_prob.nii abdomen_gt.nii.gz --metric none --loss ce,dice",
     "read full_prob.nii", NULL, NULL, NULL},
    {"segloss --version", NULL, NULL, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL}};

static const struct job growth[] = {
    {"abdomen 128 x 128 x 37", "vox0.25_pred.nii.gz vox0.25_gt.nii.gz" LABELS, NULL, NULL, NULL, NULL},
    {"abdomen 256 x 256 x 74", "vox0.5_pred.nii.gz vox0.5_gt.nii.gz" LABELS, NULL, NULL, NULL, NULL},
    {"abdomen 512 x 512 x 148", "vox1_pred.nii.gz vox1_gt.nii.gz" LABELS, NULL, NULL, NULL, NULL},
    {"abdomen 1024 x 1024 x 296", "vox2_pred.nii.gz vox2_gt.nii.gz" LABELS, NULL, NULL, NULL, NULL},
    {"256 x 256 x 256, 2 labels", "cls2_pred.nii.gz cls2_gt.nii.gz" LABELS, NULL, NULL, NULL, NULL},
    {"256 x 256 x 256, 8 labels", "cls8_pred.nii.gz cls8_gt.nii.gz" LABELS, NULL, NULL, NULL, NULL},
    {"256 x 256 x 256, 32 labels", "cls32_pred.nii.gz cls32_gt.nii.gz" LABELS, NULL, NULL, NULL, NULL},
    {"256 x 256 x 256, 104 labels", "cls104_pred.nii.gz cls104_gt.nii.gz" LABELS, NULL, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL}};

/* One run of one program. */
struct cost {
    double wall, cpu; /* seconds */
    double mb;        /* peak of resident memory */
    bool fine;
};

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

/* Cuts the text at its spaces; it must outlive the words. */
static void split(char *text, char **word)
{
    int n = 0;

    for (char *w = strtok(text, " "); w && n < MOST_WORDS - 1; w = strtok(NULL, " "))
        word[n++] = w;
    word[n] = NULL;
}

static struct cost run(const char *command)
{
    char text[4096], *word[MOST_WORDS];
    posix_spawn_file_actions_t actions;
    struct timespec from, to;
    struct rusage used;
    struct cost c = {0};
    int status = -1;
    pid_t pid;

    snprintf(text, sizeof text, "%s", command);
    split(text, word);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    clock_gettime(CLOCK_MONOTONIC, &from);
    if (!posix_spawnp(&pid, word[0], &actions, NULL, word, environ) && wait4(pid, &status, 0, &used) == pid) {
        clock_gettime(CLOCK_MONOTONIC, &to);
        c.wall = (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
        c.cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
        c.mb = (double)used.ru_maxrss / 1024;
        c.fine = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    posix_spawn_file_actions_destroy(&actions);
    return c;
}

/* ---- one job ---- */

/* Where things are, and what of the peers there is. */
struct setting {
    const char *segloss, *limit, *scripts, *python;
    bool has[PROGRAMS];
    int rounds;
    long threads;
};

/* false: this program has no part in the job, or is not installed. */
static bool command_of(char *out, size_t n, const struct setting *s, const struct job *job, int program)
{
    const char *operands[PROGRAMS] = {"", "", job->limit, job->scipy, job->plastimatch, job->torch};

    if (!s->has[program] || !operands[program] || (program == SINGLE && !job->what))
        return false;
    if (!job->what)
        snprintf(out, n, "%s --version", s->segloss);
    else if (program == OURS || program == SINGLE)
        snprintf(out, n, "%s eval %s -j %ld", s->segloss, job->what, program == OURS ? s->threads : 1);
    else if (program == LIMIT)
        snprintf(out, n, "%s %s", s->limit, job->limit);
    else if (program == PLASTIMATCH)
        snprintf(out, n, "sh %s/peer_plastimatch.sh %s", s->scripts, job->plastimatch);
    else
        snprintf(out, n, "%s %s/peer_%s.py %s", s->python, s->scripts, program == SCIPY ? "scipy" : "torch",
                 operands[program]);
    return true;
}

struct result {
    struct cost cost[PROGRAMS][MOST_ROUNDS];
    int rounds[PROGRAMS];
};

static void measure(struct result *r, const struct setting *s, const struct job *job)
{
    char command[PROGRAMS][2048];
    bool there[PROGRAMS];

    for (int p = 0; p < PROGRAMS; p++)
        there[p] = command_of(command[p], sizeof command[p], s, job, p);
    run(command[OURS]); /* brings the files into memory */
    for (int round = 0; round < s->rounds; round++)
        for (int p = 0; p < PROGRAMS; p++) {
            if (!there[p] || (p >= SCIPY && round >= PEER_ROUNDS))
                continue;
            r->cost[p][round] = run(command[p]);
            if (!r->cost[p][round].fine) {
                fprintf(stderr, "bench: failed, left out: %s\n", command[p]);
                there[p] = false;
            } else {
                r->rounds[p]++;
            }
        }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *x, int n)
{
    qsort(x, (size_t)n, sizeof *x, by_size);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* Column: wall, cpu or mb of a program, by offset in struct cost. */
static double middle(const struct result *r, int program, size_t offset)
{
    double x[MOST_ROUNDS];

    for (int i = 0; i < r->rounds[program]; i++)
        memcpy(&x[i], (const char *)&r->cost[program][i] + offset, sizeof x[i]);
    return r->rounds[program] ? median(x, r->rounds[program]) : 0;
}

/* " 12.3 x |": how many times the wall time of `below` `above` takes, or "|" where one is missing. */
static void print_ratio(const struct result *r, int above, int below)
{
    double x[MOST_ROUNDS];
    int n = r->rounds[above] < r->rounds[below] ? r->rounds[above] : r->rounds[below];

    for (int i = 0; i < n; i++)
        x[i] = r->cost[above][i].wall / r->cost[below][i].wall;
    if (n == 0)
        printf(" |");
    else
        printf(" %.*f |", median(x, n) < 9.95 ? 1 : 0, median(x, n));
}

static void print_time(double s)
{
    double ms = 1e3 * s;

    printf(" %.*f |", ms < 9.95 ? 1 : 0, ms);
}

static void print_row(const struct job *job, const struct result *r)
{
    printf("| %s |", job->name);
    print_time(middle(r, OURS, offsetof(struct cost, wall)));
    print_time(middle(r, OURS, offsetof(struct cost, cpu)));
    printf(" %.0f |", middle(r, OURS, offsetof(struct cost, mb)));
    print_ratio(r, SINGLE, OURS);
    print_ratio(r, OURS, LIMIT);
    print_ratio(r, SCIPY, OURS);
    print_ratio(r, PLASTIMATCH, OURS);
    print_ratio(r, TORCH, OURS);
    printf("\n");
    fflush(stdout);
}

/* ---- instruction sets ---- */

static bool answers(const char *command)
{
    int fd = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
    bool fine;

    dup2(null, STDERR_FILENO);
    fine = run(command).fine;
    dup2(fd, STDERR_FILENO);
    close(fd);
    close(null);
    return fine;
}

enum { SETS = 3 };
static const char *const sets[SETS] = {"v4", "v3", "base"};

#define MAP "half_prob.nii half_gt.nii -q --metric none --loss "

/* One thread: what is compared is the work of a processor. */
static const char *const simd_jobs[][2] = {{"CE and Dice", MAP "ce,dice"},
                                           {"focal", MAP "focal"},
                                           {"Lovasz", MAP "lovasz"},
                                           {"top-K", MAP "topk"},
                                           {"boundary (distance transform)", MAP "boundary"},
                                           {"DSC, HD95 of labels", "abdomen_pred.nii abdomen_gt.nii -q" LABELS},
                                           {NULL, NULL}};

/* The median CPU time with a set, or 0 where the processor does not have it. */
static double cpu_with(const struct setting *s, const char *what, const char *set)
{
    double x[MOST_ROUNDS];
    char command[2048];
    int n = 0;

    snprintf(command, sizeof command, "%s eval %s -j 1", s->segloss, what);
    setenv("SEGLOSS_SIMD", set, 1);
    for (int round = 0; round < s->rounds; round++) {
        struct cost c = run(command);

        if (c.fine)
            x[n++] = c.cpu;
    }
    unsetenv("SEGLOSS_SIMD");
    return n ? median(x, n) : 0;
}

static bool has_set(const struct setting *s, const char *set)
{
    char command[2048];
    bool has;

    snprintf(command, sizeof command, "%s --version", s->segloss);
    setenv("SEGLOSS_SIMD", set, 1);
    has = answers(command);
    unsetenv("SEGLOSS_SIMD");
    return has;
}

static void print_sets(const struct setting *s)
{
    bool has[SETS];

    for (int k = 0; k < SETS; k++)
        has[k] = has_set(s, sets[k]);
    printf("\n| map 256 x 256 x 148 x 9, one thread: CPU ms | v4 | v3 | base | base / best |\n|---|--:|--:|--:|--:|\n");
    for (size_t i = 0; simd_jobs[i][0]; i++) {
        double ms[SETS], best = 0;

        printf("| %s |", simd_jobs[i][0]);
        for (int k = 0; k < SETS; k++) {
            ms[k] = has[k] ? cpu_with(s, simd_jobs[i][1], sets[k]) : 0;
            best = best > 0 ? best : ms[k];
            if (ms[k] > 0)
                print_time(ms[k]);
            else
                printf(" |");
        }
        if (best > 0)
            printf(" %.1f |", ms[SETS - 1] / best);
        printf("\n");
        fflush(stdout);
    }
}

/* ---- the machine ---- */

static void print_machine(const struct setting *s)
{
    char line[256], name[200] = "an unnamed processor", part[200];
    double load = 0;
    FILE *f = fopen("/proc/cpuinfo", "r");

    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "model name : %199[^\n]", part) == 1)
            memcpy(name, part, sizeof name);
    if (f)
        fclose(f);
    if (getloadavg(&load, 1) != 1)
        load = 0;
    printf("%s, %ld threads, load %.1f when the run began; medians of %d rounds, peers of %d.\n\n", name, s->threads,
           load, s->rounds, PEER_ROUNDS < s->rounds ? PEER_ROUNDS : s->rounds);
}

static void find_peers(struct setting *s)
{
    char command[2048];

    s->has[OURS] = s->has[SINGLE] = s->has[LIMIT] = true;
    snprintf(command, sizeof command, "%s %s/peer_scipy.py", s->python, s->scripts);
    s->has[SCIPY] = answers(command);
    snprintf(command, sizeof command, "%s %s/peer_torch.py", s->python, s->scripts);
    s->has[TORCH] = answers(command);
    s->has[PLASTIMATCH] = answers("plastimatch --version");
}

int main(int argc, char **argv)
{
    const char *rounds = getenv("BENCH_ROUNDS");
    struct setting s = {.rounds = rounds ? atoi(rounds) : 5, .threads = sysconf(_SC_NPROCESSORS_ONLN)};
    const struct job *job;

    if (argc != 5 || s.rounds < 1 || s.rounds > MOST_ROUNDS) {
        fputs("usage: [BENCH_ROUNDS=5] run bench|growth SEGLOSS LIMIT SCRIPTS\n", stderr);
        return 2;
    }
    s.segloss = argv[2], s.limit = argv[3], s.scripts = argv[4];
    s.python = getenv("BENCH_PYTHON") ? getenv("BENCH_PYTHON") : "/usr/bin/python3"; /* which sees Debian's packages */
    job = strcmp(argv[1], "growth") ? bench : growth;
    if (job == bench)
        find_peers(&s);
    else
        s.has[OURS] = s.has[SINGLE] = true;
    print_machine(&s);
    printf("| job | ms | CPU ms | peak MB | 1 thread / all | job / limit | scipy / job | plastimatch / job | torch / "
           "job |\n"
           "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    for (; job->name; job++) {
        struct result r = {0};

        measure(&r, &s, job);
        print_row(job, &r);
    }
    if (!strcmp(argv[1], "bench"))
        print_sets(&s);
    return 0;
}
