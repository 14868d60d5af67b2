/* interrupt.c - the signal handler, and the few variables that a handler cannot do without. */
#include "interrupt.h"

#include <stddef.h>
#include <unistd.h>

enum { WATCHED = 16 };

static volatile sig_atomic_t caught;
static volatile sig_atomic_t polite;
static const char *volatile temporary[WATCHED];

static void on_signal(int number)
{
    if (polite && !caught) {
        caught = number;
        return;
    }
    for (int i = 0; i < WATCHED; i++)
        if (temporary[i])
            (void)unlink(temporary[i]);
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

const volatile sig_atomic_t *seg_interrupt_flag(void)
{
    return &caught;
}

int seg_interrupt_code(void)
{
    return caught ? 128 + caught : 0;
}
