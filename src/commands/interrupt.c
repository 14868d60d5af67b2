/* interrupt.c - the signal handler, and the few variables that it needs.
 *
 * The handler may run in any thread while others read the flag: so the variables are atomic, and without locks on every
 * processor that has threads, as a handler requires.
 */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "../report/output.h"

static atomic_int caught;
static atomic_bool finishes_first;
static const char *_Atomic last_words;

static void on_signal(int number)
{
    const char *sentence = last_words;
    int none = 0;

    if (finishes_first && atomic_compare_exchange_strong(&caught, &none, number))
        return;
    seg_output_remove_temporaries();
    if (sentence && write(STDERR_FILENO, sentence, strlen(sentence)) < 0)
        _exit(128 + number);
    _exit(128 + number);
}

static void handle(int number)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, old;

    if (number == SIGHUP && !sigaction(number, NULL, &old) && old.sa_handler == SIG_IGN)
        return;
    sigaction(number, &action, NULL);
}

void seg_interrupt_watch(bool graceful, const char *sentence)
{
    finishes_first = graceful;
    last_words = sentence;
    handle(SIGINT);
    handle(SIGTERM);
    handle(SIGHUP);
}

const atomic_int *seg_interrupt_flag(void)
{
    return &caught;
}

int seg_interrupt_code(void)
{
    return caught ? 128 + caught : 0;
}
