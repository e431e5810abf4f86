/* Stands between a process and the disk: makes the calls of SQLite fail while a file says so.
 *
 * Preloaded (LD_PRELOAD). In the folder PEERLINE_FAULTS the file `fsync` makes every fsync of the
 * database fail with EIO, `full` every write that makes it longer or fills its log with ENOSPC, and
 * `slow` every fsync take a tenth of a second. Other files of the process are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int has_fault(const char *name)
{
    char path[4096];
    const char *folder = getenv("PEERLINE_FAULTS");
    if (folder == NULL)
        return 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static int is_database(int file)
{
    char link[64], path[4096];
    ssize_t length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return strstr(path, "peerline.db") != NULL;
}

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

static int fails_to_sync(int file)
{
    if (!is_database(file))
        return 0;
    if (has_fault("slow"))
        usleep(100000);
    if (!has_fault("fsync"))
        return 0;
    errno = EIO;
    return 1;
}

static int is_full(int file)
{
    if (!has_fault("full") || !is_database(file))
        return 0;
    errno = ENOSPC;
    return 1;
}

int fsync(int file)
{
    return fails_to_sync(file) ? -1 : REAL(fsync)(file);
}

int fdatasync(int file)
{
    return fails_to_sync(file) ? -1 : REAL(fdatasync)(file);
}

ssize_t write(int file, const void *data, size_t size)
{
    return is_full(file) ? -1 : REAL(write)(file, data, size);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    return is_full(file) ? -1 : REAL(pwrite)(file, data, size, offset);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset)
{
    return is_full(file) ? -1 : REAL(pwrite64)(file, data, size, offset);
}
