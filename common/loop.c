/*
 * The process's loop and the two signals that end it. The first SIGINT or SIGTERM asks the owner to
 * stop; later ones are ignored, for stopping is under way. SIGPIPE is ignored, so that a peer that
 * goes away is an error of a write and not the end of the process.
 */
#include "loop.h"

#include <signal.h>

static void on_signal(uv_signal_t *handle, int number)
{
    struct loop *loop = handle->data;

    (void)number;
    if (!loop->stopping) {
        loop->stopping = true;
        loop->stop(loop->arg);
    }
}

void loop_init(struct loop *loop, void (*stop)(void *arg), void *arg)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    *loop = (struct loop){.uv = uv_default_loop(), .stop = stop, .arg = arg};
    require(loop->uv != NULL);
    require(sigaction(SIGPIPE, &ignore, NULL) == 0);
    require(uv_signal_init(loop->uv, &loop->on_int) == 0);
    require(uv_signal_init(loop->uv, &loop->on_term) == 0);
    loop->on_int.data = loop->on_term.data = loop;
    require(uv_signal_start(&loop->on_int, on_signal, SIGINT) == 0);
    require(uv_signal_start(&loop->on_term, on_signal, SIGTERM) == 0);
}

void loop_run(struct loop *loop)
{
    uv_run(loop->uv, UV_RUN_DEFAULT);
}

void loop_end(struct loop *loop)
{
    uv_signal_t *handles[] = {&loop->on_int, &loop->on_term};

    for (size_t i = 0; i < COUNT(handles); i++) {
        if (!uv_is_closing((uv_handle_t *)handles[i])) {
            uv_close((uv_handle_t *)handles[i], NULL);
        }
    }
}

void loop_fini(struct loop *loop)
{
    require(uv_loop_close(loop->uv) == 0);
}
