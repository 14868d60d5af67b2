/* interrupt.c - the signal handler, and the few variables that a handler cannot do without.
 *
 * Any thread may be the one that is interrupted, and others look at the flag meanwhile: so they are atomic, without locks
 * on every processor that has threads, as a handler needs it.
 */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

enum { WATCHED = 16 };

static atomic_int caught;
static atomic_int polite;
static const char *_Atomic temporary[WATCHED];

static void on_signal(int number)
{
    int none = 0;

    if (polite && atomic_compare_exchange_strong(&caught, &none, number))
        return;
    for (int i = 0; i < WATCHED; i++) {
        const char *path = temporary[i];

        if (path)
            (void)unlink(path);
    }
    _exit(128 + number);
}

void seg_interrupt_watch(bool graceful)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    polite = graceful;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

void seg_interrupt_add(const seg_output *output)
{
    for (int i = 0; i < WATCHED; i++)
        if (!temporary[i]) {
            temporary[i] = output->temporary;
            return;
        }
}

void seg_interrupt_clear(void)
{
    for (int i = 0; i < WATCHED; i++)
        temporary[i] = NULL;
}

const atomic_int *seg_interrupt_flag(void)
{
    return &caught;
}

int seg_interrupt_code(void)
{
    return caught ? 128 + caught : 0;
}
