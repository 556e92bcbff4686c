/* A clock that is CLOCK_AHEAD seconds ahead, for programs that are started with this library. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    int (*system_clock)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int done = system_clock(clock, now);
    const char *ahead = getenv("CLOCK_AHEAD");
    if (done == 0 && clock == CLOCK_REALTIME && ahead != NULL)
        now->tv_sec += atol(ahead);
    return done;
}
