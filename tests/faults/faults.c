/* faults.c - runs commands with the k-th allocation, read, write, open, rename, flush or thread failing, for every k.
 *
 *     faults SEGLOSS FAILING_CALLS.so GOLDEN TRIES [COMMAND...]
 *
 * Each command runs undisturbed first. TRIES > 0 spreads at most so many failures over each kind; 0 tries every k. The rule:
 * no signal; the same exit code and the same bytes as undisturbed, or one of the exit codes of failures and a sentence;
 * no file under its final name that is not whole (of a report that grows: complete lines of the undisturbed one); no
 * temporary file stays. Ends with "N tries, N faults". */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const KINDS[] = {"memory", "read", "write", "open", "rename", "sync", "thread"};
enum { KINDS_COUNT = sizeof KINDS / sizeof *KINDS, FILES = 16, WORDS = 40, SECONDS = 20 };

/* What is run in a folder that `prepare` fills; words are split at blanks. */
static const struct {
    const char *name, *words, *prepare;
} COMMANDS[] = {
    {"eval-all", "eval p.nii.gz t.nii.gz -l all -m all -j 2 -o x.csv", ""},
    {"eval-forms", "eval p.nii.gz t.nii.gz -l none -m dsc,hd95 -j 2 -o x.json -o x.md -o x.tex", ""},
    {"eval-stdout", "eval p.nii.gz t.nii.gz -l ce -m dsc -j 1 -f csv", ""},
    {"eval-png", "eval p.png t.png --ignore-label 255 -l none -m dsc -j 1 -o x.csv", ""},
    {"eval-labels", "eval p.nii.gz t.nii.gz --labels names.json -l none -m dsc -j 1 -o x.csv", ""},
    {"eval-found", "eval p.nii.gz found/t.nii.gz -l none -m dsc -j 1 -o x.csv", ""},
    {"eval-costs", "eval p.nii.gz t.nii.gz -l wasserstein-dice:costs=costs.csv -m none -j 1 -o x.csv", ""},
    {"eval-regions", "eval p.nii.gz t.nii.gz --regions regions.txt -l none -m dsc -j 1 -o x.csv", ""},
    {"folders", "eval pred truth --match regex:(c[0-9]+) -l none -m dsc -j 2 -o x.csv", ""},
    {"list", "eval --pairs list.csv -l none -m dsc -j 2 -o k.jsonl", ""},
    {"resume", "eval --pairs list.csv -l none -m dsc -j 2 -o k.jsonl --resume", "half"},
    {"shard", "eval --pairs list.csv -l none -m dsc -j 2 -o k.jsonl --shard 1/2", ""},
    {"merge", "merge part1.jsonl part2.jsonl -o x.csv", "parts"},
    {"compare-text", "compare a=a.csv b=b.jsonl -q", "reports"},
    {"compare-html", "compare a=a.csv b=b.jsonl -q --significance -f html -o x.html --plot x.svg", "reports"},
    {"compare-json", "compare a=a.json b=b.jsonl -q -f json -o x.json", "reports"},
    {"compare-long", "compare --long long.csv --rows method --cols class --metric DSC:up -q", ""},
    {"sweep", "sweep p.nii.gz t.nii.gz -l tversky:alpha={0.3/0.7} -m dsc -j 1 -o x.csv", ""},
    {"info", "info p.nii.gz p.png", ""},
    {"view", "view p.nii.gz t.nii.gz -o x.svg", ""},
    {"list-losses", "list losses", ""},
    {"describe", "describe focal", ""},
};

static const char *segloss, *shim, *golden;
static char base[200]; /* folder with the inputs of all commands */
static long tries, faults;

/* ---- running ---- */

static int run_shell(const char *command)
{
    int status = system(command);

    if (status)
        fprintf(stderr, "faults: '%s' ended with %d\n", command, status);
    return status;
}

static void split(char *words, char *argv[WORDS])
{
    int n = 0;

    for (char *w = strtok(words, " "); w && n < WORDS - 1; w = strtok(NULL, " "))
        argv[n++] = w;
    argv[n] = NULL;
}

/* Runs the command in `folder`, its stdout and stderr in out.txt and err.txt there. kind NULL: only counts. */
static int run(const char *folder, const char *words, const char *kind, long at)
{
    char copy[600], number[32], *argv[WORDS];
    int status = 0;
    pid_t child;

    snprintf(copy, sizeof copy, "segloss %s", words);
    split(copy, argv);
    child = fork();
    if (!child) {
        const struct rlimit no_core = {0, 0}, time = {SECONDS, SECONDS + 1};

        if (chdir(folder) || !freopen("out.txt", "w", stdout) || !freopen("err.txt", "w", stderr))
            _exit(99);
        setrlimit(RLIMIT_CORE, &no_core);
        setrlimit(RLIMIT_CPU, &time);
        setenv("LD_PRELOAD", shim, 1);
        snprintf(number, sizeof number, "%ld", at);
        if (kind) {
            setenv("FAULT_KIND", kind, 1);
            setenv("FAULT_AT", number, 1);
            if (!strcmp(kind, "thread"))
                setenv("FAULT_ON", "1", 1); /* a limit stays */
        } else {
            setenv("FAULT_COUNT", "count.txt", 1);
        }
        execv(segloss, argv);
        _exit(98);
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

/* ---- comparing ---- */

static char *contents(const char *folder, const char *name, size_t *n)
{
    char path[600];
    FILE *stream;
    char *text = NULL;
    long size;

    *n = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    stream = fopen(path, "rb");
    if (!stream)
        return NULL;
    fseek(stream, 0, SEEK_END);
    size = ftell(stream);
    rewind(stream);
    text = calloc(1, (size_t)size + 1);
    *n = fread(text, 1, (size_t)size, stream);
    fclose(stream);
    return text;
}

static bool is_input(const char *name)
{
    static const char *const OURS[] = {".", "..", "out.txt", "err.txt", "count.txt", NULL};
    char path[600];
    struct stat about;

    for (int i = 0; OURS[i]; i++)
        if (!strcmp(name, OURS[i]))
            return true;
    snprintf(path, sizeof path, "%s/%s", base, name);
    return !stat(path, &about);
}

/* Fills name[] with what the command has written. */
static int outputs(const char *folder, char name[FILES][256])
{
    DIR *dir = opendir(folder);
    int n = 0;

    for (struct dirent *e; dir && (e = readdir(dir));)
        if (!is_input(e->d_name) && n < FILES)
            snprintf(name[n++], 256, "%s", e->d_name);
    if (dir)
        closedir(dir);
    return n;
}

static bool ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);

    return n >= m && !strcmp(name + n - m, ending);
}

/* NULL, or what is wrong with the file: it must be whole, or of a report that grows the first complete lines. */
static const char *fault_of_file(const char *folder, const char *wanted, const char *name, bool failed)
{
    size_t n, m;
    char *got = contents(folder, name, &n), *all = contents(wanted, name, &m);
    const char *fault = NULL;

    if (ends_with(name, ".resume"))
        fault = NULL;
    else if (*name == '.')
        fault = "a temporary file stays";
    else if (!all && n)
        fault = "a file that an undisturbed run does not write";
    else if (ends_with(name, ".jsonl") && failed)
        fault = n > m || memcmp(got, all, n) ? "lines that an undisturbed run does not write" : NULL;
    else if (n != m || (n && memcmp(got, all, n)))
        fault = "a file that is not whole";
    free(got);
    free(all);
    return fault;
}

static const char *fault_of_files(const char *folder, const char *wanted, bool failed)
{
    char name[FILES][256];
    int n = outputs(failed ? folder : wanted, name);

    for (int i = 0; i < n; i++) {
        const char *fault = fault_of_file(folder, wanted, name[i], failed);

        if (fault)
            return fault;
    }
    return NULL;
}

static bool same(const char *folder, const char *wanted, const char *name)
{
    size_t n, m;
    char *a = contents(folder, name, &n), *b = contents(wanted, name, &m);
    bool equal = n == m && (!n || !memcmp(a, b, n));

    free(a);
    free(b);
    return equal;
}

static const char *fault_of(const char *folder, const char *wanted, int status, int undisturbed)
{
    size_t n;
    char *said = contents(folder, "err.txt", &n);
    bool sentence = said && strstr(said, "segloss: "), passed_over = said && strstr(said, " are not used)");
    int code = WEXITSTATUS(status);

    free(said);
    if (WIFSIGNALED(status))
        return "ended by a signal";
    if (status == undisturbed && same(folder, wanted, "out.txt") && !fault_of_files(folder, wanted, false))
        return fault_of_files(folder, wanted, false);
    if (status == undisturbed && !code && passed_over) /* a file of labels that was found, not given */
        return NULL;
    if (status == undisturbed && !code)
        return "exit 0 with other bytes";
    if (code < 1 || code > 6)
        return "an exit code that means something else";
    if (!sentence)
        return "no sentence";
    return code == 1 ? NULL : fault_of_files(folder, wanted, true); /* 1: a case failed, and the report says so */
}

/* ---- one command ---- */

static void prepare(const char *folder, const char *what)
{
    char line[4000];

    snprintf(line, sizeof line,
             "rm -rf %s && mkdir %s && cd %s && for f in %s/*; do ln -s $f .; done && case '%s' in "
             "half) cp -L %s/half.jsonl k.jsonl; cp -L %s/half.jsonl.resume k.jsonl.resume;; esac",
             folder, folder, folder, base, what, base, base);
    run_shell(line);
}

static long count_of(const char *folder, const char *kind)
{
    size_t n;
    char *text = contents(folder, "count.txt", &n), key[40], *at;
    long count;

    snprintf(key, sizeof key, "%s ", kind);
    at = text ? strstr(text, key) : NULL;
    count = at ? atol(at + strlen(key)) : 0;
    free(text);
    return count;
}

static void report(const char *name, const char *kind, long at, const char *fault, const char *folder, int status)
{
    size_t n;
    char *said = contents(folder, "err.txt", &n);

    faults++;
    printf("FAULT %s: %s %ld: %s (%s %d): %.*s\n", name, kind, at, fault, WIFSIGNALED(status) ? "signal" : "exit",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), (int)strcspn(said ? said : "", "\n"),
           said ? said : "");
    fflush(stdout);
    free(said);
}

static void try_command(size_t c, long most)
{
    char wanted[300], folder[300];
    int undisturbed;

    snprintf(wanted, sizeof wanted, "%s.wanted.%s", base, COMMANDS[c].name);
    snprintf(folder, sizeof folder, "%s.try.%s", base, COMMANDS[c].name);
    prepare(wanted, COMMANDS[c].prepare);
    undisturbed = run(wanted, COMMANDS[c].words, NULL, 0);
    if (!WIFEXITED(undisturbed) || WEXITSTATUS(undisturbed)) {
        report(COMMANDS[c].name, "undisturbed", 0, "failed", wanted, undisturbed);
        return;
    }
    for (int k = 0; k < KINDS_COUNT; k++) {
        long count = count_of(wanted, KINDS[k]), step = most && count > most ? count / most : 1;

        for (long at = 1; at <= count; at += step) {
            const char *fault;
            int status;

            prepare(folder, COMMANDS[c].prepare);
            status = run(folder, COMMANDS[c].words, KINDS[k], at);
            fault = fault_of(folder, wanted, status, undisturbed);
            tries++;
            if (fault)
                report(COMMANDS[c].name, KINDS[k], at, fault, folder, status);
        }
    }
}

/* ---- inputs ---- */

static void make_inputs(void)
{
    char line[4000];

    snprintf(
        line, sizeof line,
        "mkdir %s && cd %s && S=%s G=%s && cp $G/multi3d/pred.nii.gz p.nii.gz && cp $G/multi3d/gt.nii.gz t.nii.gz &&"
        "cp $G/../../data_samples/street/prediction/street_1.png p.png && cp "
        "$G/../../data_samples/street/truth/street_1.png t.png && "
        "mkdir pred truth found && for i in 1 2 3; do cp $G/multi2d/pred.nii.gz pred/c$i.nii.gz; "
        "cp $G/multi2d/gt.nii.gz truth/c$i.nii.gz; done && cp t.nii.gz found/ && "
        "printf '{\"labels\": {\"background\": 0, \"a\": 1, \"b\": 2, \"c\": 3}}' > names.json && cp names.json "
        "found/dataset.json && printf '0,1,1,1,1\\n1,0,1,1,1\\n1,1,0,1,1\\n1,1,1,0,1\\n1,1,1,1,0\\n' > costs.csv && "
        "printf 'ab 1 2\\nc 3\\n' "
        "> regions.txt && printf "
        "'method,class,metric,value\\na,x,DSC,0.5\\na,y,DSC,0.25\\nb,x,DSC,0.75\\nb,y,DSC,0.5\\n' > long.csv && "
        "(echo case,prediction,truth; for i in 1 2 3; do echo c$i,%s/pred/c$i.nii.gz,%s/truth/c$i.nii.gz; done) > "
        "list.csv && $S eval --pairs list.csv -q -l none -m dsc -o a.csv && $S eval --pairs list.csv -q -l none -m dsc "
        "-o a.json && $S eval --pairs list.csv -q -l none -m dsc -o b.jsonl && for k in 1 2; do $S eval --pairs "
        "list.csv "
        "-q -l none -m dsc --shard $k/2 -o part$k.jsonl; done && $S eval --pairs list.csv -q -l none -m dsc -o "
        "k.jsonl --resume && head -n 2 k.jsonl > half.jsonl && head -n 3 k.jsonl.resume > half.jsonl.resume && "
        "rm k.jsonl k.jsonl.resume",
        base, base, segloss, golden, base, base);
    if (run_shell(line))
        exit(2);
}

static bool chosen(int n, char **names, const char *name)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(names[i], name))
            return true;
    return n == 0;
}

int main(int argc, char **argv)
{
    char line[600];

    if (argc < 5) {
        fprintf(stderr, "usage: faults SEGLOSS FAILING_CALLS.so GOLDEN TRIES [COMMAND...]\n");
        return 2;
    }
    segloss = realpath(argv[1], NULL);
    shim = realpath(argv[2], NULL);
    golden = realpath(argv[3], NULL);
    snprintf(base, sizeof base, "%s/segloss-faults.XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    if (!segloss || !shim || !golden || !mkdtemp(base) || rmdir(base))
        return 2;
    make_inputs();
    for (size_t c = 0; c < sizeof COMMANDS / sizeof *COMMANDS; c++)
        if (chosen(argc - 5, argv + 5, COMMANDS[c].name))
            try_command(c, atol(argv[4]));
    snprintf(line, sizeof line, "rm -rf %s %s.*", base, base);
    run_shell(line);
    printf("%ld tries, %ld faults\n", tries, faults);
    return faults != 0;
}
