/* Stands between the program and the disk, for one database and the files beside it: LD_PRELOAD.
 * RDV_SHIM_FILES  the start of the names of these files
 * RDV_SHIM_WORD   a file whose first letter says what breaks now; nothing while it is not there:
 *                 f  the disk is full: no write succeeds
 *                 r  it is read-only: no write, and no opening for writing
 *                 s  it cannot be relied on: no fsync succeeds
 * RDV_SHIM_KILL   the process dies by SIGKILL before so many writes of these files
 * Not for: anything but tests.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_ours_by_name(const char *path) {
    const char *files = getenv("RDV_SHIM_FILES");
    return files && strncmp(path, files, strlen(files)) == 0;
}

static int is_ours(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_ours_by_name(path);
}

static char word(void) {
    const char *file = getenv("RDV_SHIM_WORD");
    if (!file) return 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return 0;
    char letter = 0;
    if (syscall(SYS_read, fd, &letter, 1) != 1) letter = 0;
    syscall(SYS_close, fd);
    return letter;
}

static void maybe_die(int fd) {
    static atomic_long written;
    const char *at = getenv("RDV_SHIM_KILL");
    if (at && is_ours(fd) && atomic_fetch_add(&written, 1) + 1 == atol(at)) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
}

/* The error of a write, or 0. */
static int write_fails(int fd) {
    maybe_die(fd);
    char now = word();
    if ((now != 'f' && now != 'r') || !is_ours(fd)) return 0;
    return now == 'f' ? ENOSPC : EROFS;
}

static int sync_fails(int fd) {
    maybe_die(fd);
    return word() == 's' && is_ours(fd) ? EIO : 0;
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define OR(error, call) \
    int failed = error; \
    if (failed) { errno = failed; return -1; } \
    return call

ssize_t write(int fd, const void *from, size_t size) { REAL(write); OR(write_fails(fd), real(fd, from, size)); }
ssize_t pwrite(int fd, const void *from, size_t size, off_t at) { REAL(pwrite); OR(write_fails(fd), real(fd, from, size, at)); }
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) { REAL(pwrite64); OR(write_fails(fd), real(fd, from, size, at)); }
int ftruncate(int fd, off_t size) { REAL(ftruncate); OR(write_fails(fd), real(fd, size)); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); OR(write_fails(fd), real(fd, size)); }
int fsync(int fd) { REAL(fsync); OR(sync_fails(fd), real(fd)); }
int fdatasync(int fd) { REAL(fdatasync); OR(sync_fails(fd), real(fd)); }

static int open_fails(const char *path, int flags) {
    return (flags & O_ACCMODE) != O_RDONLY && word() == 'r' && is_ours_by_name(path) ? EROFS : 0;
}

#define MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
int open(const char *path, int flags, ...) { MODE REAL(open); OR(open_fails(path, flags), real(path, flags, mode)); }
int open64(const char *path, int flags, ...) { MODE REAL(open64); OR(open_fails(path, flags), real(path, flags, mode)); }
