/*
 * The throw-away cluster. PostgreSQL refuses root, so as root it runs as the user `postgres`. Each
 * backend is a session of its own, so that killing the process group would spare them: the
 * postmaster is stopped first, its children are read from /proc, and all are killed together. This
 * process adopts what its children leave behind, so that it can wait for the last of them.
 */
#include "cluster.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libpq-fe.h>

enum {
    PROCESSES_MAX = 256,
    READY_TRIES = 6000,
    READY_PAUSE_NS = 5 * 1000 * 1000,
    REMOVE_DEPTH = 16
};

static const char server_user[] = "postgres";

static void find_bindir(char ret[CLUSTER_PATH_BYTES])
{
    FILE *pipe = popen("pg_config --bindir", "r");
    require(pipe != NULL);
    require(fgets(ret, CLUSTER_PATH_BYTES, pipe) != NULL);
    pclose(pipe);
    ret[strcspn(ret, "\n")] = '\0';
}

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    require(fd >= 0);
    require(bind(fd, (struct sockaddr *)&address, len) == 0);
    require(getsockname(fd, (struct sockaddr *)&address, &len) == 0);
    close(fd);
    return ntohs(address.sin_port);
}

/** Forks and runs `argv[0]`, output to folder/log, as an ordinary user, ended with this process. */
static pid_t spawn(const struct cluster *cluster, const char *const argv[])
{
    char log[CLUSTER_PATH_BYTES + 8];
    snprintf(log, sizeof(log), "%s/log", cluster->folder);
    const struct passwd *user = geteuid() == 0 ? getpwnam(server_user) : NULL;
    require(geteuid() != 0 || user != NULL);
    pid_t pid = fork();
    require(pid >= 0);
    if (pid > 0) {
        return pid;
    }
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0 || setsid() < 0) {
        _exit(126);
    }
    if (user != NULL &&
        (setgroups(0, NULL) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
        _exit(126);
    }
    if (prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0 || chdir("/") != 0) {
        _exit(126);
    }
    char *args[16];
    size_t count = 0;
    for (; argv[count] != NULL && count + 1 < COUNT(args); count++) {
        args[count] = strdup(argv[count]);
    }
    args[count] = NULL;
    execv(args[0], args);
    _exit(127);
}

static void show_log(const struct cluster *cluster)
{
    char line[CLUSTER_CONNINFO_BYTES];
    snprintf(line, sizeof(line), "%s/log", cluster->folder);
    FILE *log = fopen(line, "r");
    while (log != NULL && fgets(line, sizeof(line), log) != NULL) {
        fputs(line, stderr);
    }
    if (log != NULL) {
        fclose(log);
    }
}

static void make_folder(struct cluster *cluster)
{
    snprintf(cluster->folder, sizeof(cluster->folder), "/tmp/attain-cluster-XXXXXX");
    require(mkdtemp(cluster->folder) != NULL);
    require(chmod(cluster->folder, 0755) == 0);
    if (geteuid() == 0) {
        const struct passwd *user = getpwnam(server_user);
        require(user != NULL && chown(cluster->folder, user->pw_uid, user->pw_gid) == 0);
    }
}

static void init_data(const struct cluster *cluster)
{
    char program[CLUSTER_PATH_BYTES + 8];
    char data[CLUSTER_PATH_BYTES + 8];
    snprintf(program, sizeof(program), "%s/initdb", cluster->bindir);
    snprintf(data, sizeof(data), "%s/data", cluster->folder);
    /* clang-format off */
    const char *const argv[] = {program, "-D", data, "-U", "postgres", "-A", "trust",
                                "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", NULL};
    /* clang-format on */
    pid_t pid = spawn(cluster, argv);
    int status = -1;
    require(waitpid(pid, &status, 0) == pid);
    if (status != 0) {
        show_log(cluster);
    }
    require(status == 0);
}

static void run_server(struct cluster *cluster)
{
    char program[CLUSTER_PATH_BYTES + 16];
    char data[CLUSTER_PATH_BYTES + 16];
    char port[16];
    snprintf(program, sizeof(program), "%s/postgres", cluster->bindir);
    snprintf(data, sizeof(data), "%s/data", cluster->folder);
    snprintf(port, sizeof(port), "%d", cluster->port);
    /* clang-format off */
    const char *const argv[] = {program, "-D", data, "-p", port, "-k", cluster->folder,
                                "-h", "127.0.0.1", "-c", "max_connections=60", NULL};
    /* clang-format on */
    cluster->postmaster = spawn(cluster, argv);

    char conninfo[CLUSTER_CONNINFO_BYTES];
    cluster_conninfo(cluster, "postgres", "postgres", conninfo);
    for (int i = 0; i < READY_TRIES; i++) {
        if (PQping(conninfo) == PQPING_OK) {
            return;
        }
        if (waitpid(cluster->postmaster, NULL, WNOHANG) != 0) {
            break;
        }
        nanosleep(&(struct timespec){.tv_nsec = READY_PAUSE_NS}, NULL);
    }
    show_log(cluster);
    bool started = false;
    require(started);
}

void cluster_start(struct cluster *cluster)
{
    require(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    find_bindir(cluster->bindir);
    make_folder(cluster);
    init_data(cluster);
    cluster->port = free_port();
    run_server(cluster);
}

/** The processes whose parent is `parent`. */
static size_t children_of(pid_t parent, pid_t ret[PROCESSES_MAX])
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent, (int)parent);
    FILE *file = fopen(path, "r");
    require(file != NULL);
    size_t count = 0;
    int pid;
    while (count < PROCESSES_MAX && fscanf(file, "%d", &pid) == 1) {
        ret[count++] = pid;
    }
    fclose(file);
    return count;
}

void cluster_kill(struct cluster *cluster)
{
    pid_t children[PROCESSES_MAX];
    if (cluster->postmaster == 0) {
        return;
    }
    kill(cluster->postmaster, SIGSTOP); /* it forks no more while we count */
    size_t count = children_of(cluster->postmaster, children);
    kill(cluster->postmaster, SIGKILL);
    for (size_t i = 0; i < count; i++) {
        kill(children[i], SIGKILL);
    }
    while (waitpid(cluster->postmaster, NULL, 0) < 0 && errno == EINTR) {
    }
    for (size_t i = 0; i < count; i++) {
        while (waitpid(children[i], NULL, 0) < 0 && errno == EINTR) {
        }
    }
    cluster->postmaster = 0;
}

void cluster_restart(struct cluster *cluster)
{
    require(cluster->postmaster == 0);
    run_server(cluster);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status, (void)type, (void)ftw;
    return remove(path);
}

void cluster_remove_folder(const char *folder)
{
    require(strncmp(folder, "/tmp/", strlen("/tmp/")) == 0);
    nftw(folder, remove_entry, REMOVE_DEPTH, FTW_DEPTH | FTW_PHYS);
}

void cluster_stop(struct cluster *cluster)
{
    if (cluster->folder[0] == '\0') {
        return;
    }
    cluster_kill(cluster);
    cluster_remove_folder(cluster->folder);
    cluster->folder[0] = '\0';
}

char *cluster_conninfo(const struct cluster *cluster, const char *user, const char *database,
                       char ret[CLUSTER_CONNINFO_BYTES])
{
    snprintf(ret, CLUSTER_CONNINFO_BYTES, "host=%s port=%d user=%s dbname=%s", cluster->folder,
             cluster->port, user, database);
    return ret;
}

int cluster_sql(const struct cluster *cluster, const char *user, const char *database,
                const char *sql)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    PGconn *conn = PQconnectdb(cluster_conninfo(cluster, user, database, conninfo));
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!done) {
        fprintf(stderr, "%s", PQerrorMessage(conn));
    }
    PQclear(result);
    PQfinish(conn);
    return done ? 0 : -1;
}
