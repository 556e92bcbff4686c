/*
 * A disk that fails on demand, for any program: preloaded, it stands between the program and the C library.
 *
 * FAILING_DISK_FOLDER  what lies below it counts; the program sees everything else as ever
 * FAILING_DISK_AT      before which change, from 1; 0: none
 * FAILING_DISK_HOW     kill   the whole program is killed, by SIGKILL
 *                      eio    that change and all that come after it are refused with EIO
 * FAILING_DISK_LOG     a file that gets one line for each change: what is done, and to what
 *
 * A change is: writing, cutting, making, renaming, removing, and asking that any of it be durable.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long changes;

static void *real(const char *name) {
    return dlsym(RTLD_NEXT, name);
}

static int counts(const char *path) {
    const char *folder = getenv("FAILING_DISK_FOLDER");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

/* One line, by one write: several threads may be at it. */
static void note(const char *what, const char *path) {
    const char *log = getenv("FAILING_DISK_LOG");
    if (!log)
        return;
    int (*open_)(const char *, int, ...) = real("open");
    ssize_t (*write_)(int, const void *, size_t) = real("write");
    int fd = open_(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    char line[PATH_MAX + 64];
    const char *name = strrchr(path, '/');
    int length = snprintf(line, sizeof line, "%s %s\n", what, name ? name + 1 : path);
    if (write_(fd, line, (size_t)length) < 0)
        perror("failing disk");
    close(fd);
}

/* Whether this change is refused. */
static int refused(const char *what, const char *path) {
    if (!counts(path))
        return 0;
    const char *at_text = getenv("FAILING_DISK_AT"), *how = getenv("FAILING_DISK_HOW");
    long at = at_text ? atol(at_text) : 0, now = atomic_fetch_add(&changes, 1) + 1;
    note(what, path);
    if (at == 0 || now < at || !how)
        return 0;
    if (strcmp(how, "kill") == 0) {
        kill(getpid(), SIGKILL);
        for (;;)
            pause();
    }
    errno = EIO;
    return 1;
}

static int fd_refused(const char *what, int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return refused(what, path);
}

ssize_t write(int fd, const void *from, size_t length) {
    ssize_t (*real_)(int, const void *, size_t) = real("write");
    return fd_refused("write", fd) ? -1 : real_(fd, from, length);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    ssize_t (*real_)(int, const struct iovec *, int) = real("writev");
    return fd_refused("write", fd) ? -1 : real_(fd, parts, count);
}

ssize_t pwrite(int fd, const void *from, size_t length, off_t at) {
    ssize_t (*real_)(int, const void *, size_t, off_t) = real("pwrite");
    return fd_refused("write", fd) ? -1 : real_(fd, from, length, at);
}

ssize_t pwrite64(int fd, const void *from, size_t length, off64_t at) {
    ssize_t (*real_)(int, const void *, size_t, off64_t) = real("pwrite64");
    return fd_refused("write", fd) ? -1 : real_(fd, from, length, at);
}

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags) {
    ssize_t (*real_)(int, off64_t *, int, off64_t *, size_t, unsigned) = real("copy_file_range");
    return fd_refused("write", to) ? -1 : real_(from, from_at, to, to_at, length, flags);
}

int fsync(int fd) {
    int (*real_)(int) = real("fsync");
    return fd_refused("sync", fd) ? -1 : real_(fd);
}

int fdatasync(int fd) {
    int (*real_)(int) = real("fdatasync");
    return fd_refused("sync", fd) ? -1 : real_(fd);
}

int ftruncate(int fd, off_t length) {
    int (*real_)(int, off_t) = real("ftruncate");
    return fd_refused("cut", fd) ? -1 : real_(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    int (*real_)(int, off64_t) = real("ftruncate64");
    return fd_refused("cut", fd) ? -1 : real_(fd, length);
}

/* Opening is a change where it makes or empties the file. */
static int open_refused(const char *path, int flags) {
    if (flags & O_TRUNC || (flags & O_CREAT && access(path, F_OK) != 0))
        return refused("make", path);
    return 0;
}

int open(const char *path, int flags, ...) {
    int (*real_)(const char *, int, ...) = real("open");
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return open_refused(path, flags) ? -1 : real_(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    int (*real_)(const char *, int, ...) = real("open64");
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return open_refused(path, flags) ? -1 : real_(path, flags, mode);
}

int mkdir(const char *path, mode_t mode) {
    int (*real_)(const char *, mode_t) = real("mkdir");
    return refused("make", path) ? -1 : real_(path, mode);
}

int rename(const char *from, const char *to) {
    int (*real_)(const char *, const char *) = real("rename");
    return refused("rename", to) ? -1 : real_(from, to);
}

int unlink(const char *path) {
    int (*real_)(const char *) = real("unlink");
    return refused("remove", path) ? -1 : real_(path);
}
