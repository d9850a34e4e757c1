/*
 * Mails as files. Invariant: what stands in new/ is whole and on disk: it is written and synced in
 * tmp/, then renamed, then the folder is synced; only then is the mail sent. Writing and syncing
 * happen in libuv's work threads, on a job that nobody else touches meanwhile.
 */
#include "maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "id.h"

static int make_folder(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -errno;
}

int maildir_init(struct maildir *maildir, uv_loop_t *loop, const char *path)
{
    static const char *const folders[] = {"", "/tmp", "/new", "/cur"};
    memset(maildir, 0, sizeof(*maildir));
    maildir->loop = loop;
    if (strlen(path) + MAILDIR_NAME_BYTES + sizeof("/new/") > sizeof(maildir->path)) {
        return E_LIMIT;
    }
    (void)snprintf(maildir->path, sizeof(maildir->path), "%s", path);
    for (size_t i = 0; i < COUNT(folders); i++) {
        char folder[MAILDIR_PATH_BYTES + 8];
        (void)snprintf(folder, sizeof(folder), "%s%s", path, folders[i]);
        int err = make_folder(folder);
        if (err < 0) {
            return err;
        }
    }
    for (size_t i = 0; i < MAILDIR_JOBS_MAX; i++) {
        arena_init(&maildir->jobs[i].arena);
        maildir->jobs[i].maildir = maildir;
    }
    return 0;
}

void maildir_fini(struct maildir *maildir)
{
    for (size_t i = 0; i < MAILDIR_JOBS_MAX; i++) {
        require(!maildir->jobs[i].busy);
        arena_fini(&maildir->jobs[i].arena);
    }
}

char *maildir_name(const char *message_id, char ret[MAILDIR_NAME_BYTES])
{
    char text[ID_TEXT_BYTES];
    const struct bytes parts[] = {{(const uint8_t *)message_id, strlen(message_id)}};
    (void)snprintf(ret, MAILDIR_NAME_BYTES, "%s.eml",
                   id_format(id_derive("maildir", parts, COUNT(parts)), text));
    return ret;
}

static void close_file(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
}

static int write_all(int fd, struct bytes bytes)
{
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t n = write(fd, bytes.data + done, bytes.len - done);
        if (n < 0 && errno != EINTR) {
            return -errno;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static int sync_folder(const char *path)
{
    CLEANUP(close_file) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && fsync(fd) == 0 ? 0 : -errno;
}

static int write_file(const char *path, struct bytes bytes)
{
    CLEANUP(close_file) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return -errno;
    }
    int err = write_all(fd, bytes);
    if (err == 0 && fsync(fd) != 0) {
        err = -errno;
    }
    return err;
}

static void on_work(uv_work_t *work)
{
    struct maildir_job *job = (struct maildir_job *)work->data;
    const char *root = job->maildir->path;
    char from[MAILDIR_PATH_BYTES + MAILDIR_NAME_BYTES + 8];
    char to[sizeof(from)];
    char folder[MAILDIR_PATH_BYTES + 8];
    (void)snprintf(from, sizeof(from), "%s/tmp/%s", root, job->name);
    (void)snprintf(to, sizeof(to), "%s/new/%s", root, job->name);
    (void)snprintf(folder, sizeof(folder), "%s/new", root);
    job->err = write_file(from, job->bytes);
    if (job->err == 0 && rename(from, to) != 0) {
        job->err = -errno;
    }
    if (job->err == 0) {
        job->err = sync_folder(folder);
    }
}

static void on_worked(uv_work_t *work, int status)
{
    struct maildir_job *job = (struct maildir_job *)work->data;
    int err = status < 0 ? status : job->err;
    job->busy = false;
    arena_reset(&job->arena);
    /* A full disk passes; nothing here is the message's own fault. */
    job->done(job->arg, err == 0 ? MAIL_SENT : MAIL_TRY_AGAIN, err == 0 ? "" : err_text(err));
}

/* A job that is free, and no job with the same name under way: two would write one file in tmp/. */
static struct maildir_job *free_job(struct maildir *maildir, const char *name)
{
    struct maildir_job *found = NULL;
    for (size_t i = 0; i < MAILDIR_JOBS_MAX; i++) {
        struct maildir_job *job = &maildir->jobs[i];
        if (!job->busy) {
            found = job;
        } else if (strcmp(job->name, name) == 0) {
            return NULL;
        }
    }
    return found;
}

int maildir_send(struct maildir *maildir, const struct mail *mail, mail_done_fn *done, void *arg)
{
    char name[MAILDIR_NAME_BYTES];
    struct maildir_job *job = free_job(maildir, maildir_name(mail->message_id, name));
    if (job == NULL) {
        return E_BUS_BUSY;
    }
    int err = mime_build(mail, &job->arena, &job->bytes);
    if (err == 0) {
        memcpy(job->name, name, sizeof(name));
        job->done = done;
        job->arg = arg;
        job->work.data = job;
        err = uv_queue_work(maildir->loop, &job->work, on_work, on_worked);
    }
    if (err < 0) {
        arena_reset(&job->arena);
        return err;
    }
    job->busy = true;
    return 0;
}
