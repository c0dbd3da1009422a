/*
 * Preloaded into a process (LD_PRELOAD), makes the disk go wrong below everything that the process does with files
 * whose path begins with DISK_FAULT_PATH. Their calls of the kind DISK_FAULT_CALL ("write" or "sync") are counted;
 * the one of number DISK_FAULT_AT fails as DISK_FAULT_AS says:
 *   EIO     that call, and no other
 *   ENOSPC  that call and every write after it
 *   short   a half of that call is written, and every write after it is ENOSPC
 * Each counted call is a line of the file DISK_FAULT_LOG, marked with ! where it failed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

/* Whether a call counts; its path in `path`. */
static int counts(int fd, const char *kind, char *path, size_t size) {
  const char *prefix = setting("DISK_FAULT_PATH");
  char link[64];
  if (!*prefix || strcmp(kind, setting("DISK_FAULT_CALL")) != 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strncmp(path, prefix, strlen(prefix)) == 0;
}

static void note(int failed, const char *path) {
  char line[4200];
  int length = snprintf(line, sizeof line, "%s%s\n", failed ? "!" : "", path);
  int log = syscall(SYS_openat, AT_FDCWD, setting("DISK_FAULT_LOG"), O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (log < 0) return;
  syscall(SYS_write, log, line, length);
  syscall(SYS_close, log);
}

/* What a counted call does: nothing unusual (0), fail with an errno, or write a half (-1). */
static int fault(int fd, const char *kind) {
  static int calls = 0;
  char path[4096];
  if (!counts(fd, kind, path, sizeof path)) return 0;
  int at = atoi(setting("DISK_FAULT_AT")), call = __sync_add_and_fetch(&calls, 1);
  const char *as = setting("DISK_FAULT_AS");
  int once = strcmp(as, "EIO") == 0;
  int failed = at > 0 && (once ? call == at : call >= at);
  note(failed, path);
  if (!failed) return 0;
  if (once) return EIO;
  return strcmp(as, "short") == 0 && call == at ? -1 : ENOSPC;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define WRITING(call, whole, half)   \
  int found = fault(fd, "write");    \
  if (found == 0) return call whole; \
  if (found < 0) return call half;   \
  errno = found;                     \
  return -1

ssize_t write(int fd, const void *bytes, size_t size) {
  WRITING(REAL(write), (fd, bytes, size), (fd, bytes, size / 2));
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  WRITING(REAL(pwrite), (fd, bytes, size, at), (fd, bytes, size / 2, at));
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  WRITING(REAL(pwrite64), (fd, bytes, size, at), (fd, bytes, size / 2, at));
}

int fsync(int fd) {
  int found = fault(fd, "sync");
  if (found == 0) return REAL(fsync)(fd);
  errno = found < 0 ? EIO : found;
  return -1;
}

int fdatasync(int fd) {
  int found = fault(fd, "sync");
  if (found == 0) return REAL(fdatasync)(fd);
  errno = found < 0 ? EIO : found;
  return -1;
}
