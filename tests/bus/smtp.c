/*
 * Mail to a real mail server (aiosmtpd), over plain connections, STARTTLS and TLS: what arrives is read
 * by another implementation, each mail is answered once, and what the server says becomes the outcome.
 */
#include "notification/smtp.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "date.h"
#include "err.h"
#include "notification/calendar_invite.h"
#include "notification/maildir.h"

enum { PAGES_BYTES = 100001 };
enum { PATH_BYTES = 128, OUTPUT_BYTES = 8192, MAILS_MAX = 64, PATIENCE_S = 60 };

static const char python[] = "/usr/bin/python3";

struct child {
    pid_t pid;
    int in;  /* we write */
    int out; /* we read */
};

struct outcome {
    bool came;
    enum mail_outcome outcome;
    char problem[SMTP_PROBLEM_BYTES];
};

struct sink {
    struct arena arena;
    char folder[PATH_BYTES];
    char cert[PATH_BYTES + 8];
    char key[PATH_BYTES + 8];
    char url[PATH_BYTES];
    struct child child;
    uv_loop_t loop;
    struct smtp smtp;
    struct outcome outcomes[MAILS_MAX];
    size_t came;
    bool stopped;
};

/* ---- other programs ---- */

static struct child child_start(const char *const *argv)
{
    int in[2];
    int out[2];
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    struct child child = {.pid = fork(), .in = in[1], .out = out[0]};
    if (child.pid == 0) {
        (void)dup2(in[0], STDIN_FILENO);
        (void)dup2(out[1], STDOUT_FILENO);
        /* What they say of refused handshakes belongs to no test. */
        (void)dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        /* execv promises to leave the words alone, but is older than const. */
        (void)execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    (void)close(in[0]);
    (void)close(out[1]);
    assert_true(child.pid > 0);
    return child;
}

/* Reads up to a line's end, or all there is. */
static size_t child_read(const struct child *child, char *ret, size_t room, bool line)
{
    size_t len = 0;
    ssize_t n = 1;
    while (n > 0 && len + 1 < room && !(line && len > 0 && ret[len - 1] == '\n')) {
        n = read(child->out, ret + len, line ? 1 : room - 1 - len);
        len += n > 0 ? (size_t)n : 0;
    }
    ret[len] = '\0';
    return len;
}

/* Ends its input and waits for it; its exit code. */
static int child_end(struct child *child)
{
    int status = -1;
    (void)close(child->in);
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    (void)close(child->out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void run(const char *const *argv, char ret[OUTPUT_BYTES])
{
    struct child child = child_start(argv);
    (void)child_read(&child, ret, OUTPUT_BYTES, false);
    assert_int_equal(child_end(&child), 0);
}

/* ---- the sink ---- */

static int setup(void **state)
{
    struct sink *s = test_calloc(1, sizeof(*s));
    char output[OUTPUT_BYTES];
    arena_init(&s->arena);
    (void)snprintf(s->folder, sizeof(s->folder), "/tmp/attain-smtp-XXXXXX");
    if (mkdtemp(s->folder) == NULL) {
        return -1;
    }
    (void)snprintf(s->cert, sizeof(s->cert), "%s/cert", s->folder);
    (void)snprintf(s->key, sizeof(s->key), "%s/key", s->folder);
    const char *const openssl[] = {"/usr/bin/openssl",
                                   "req",
                                   "-x509",
                                   "-newkey",
                                   "ec",
                                   "-pkeyopt",
                                   "ec_paramgen_curve:prime256v1",
                                   "-nodes",
                                   "-days",
                                   "2",
                                   "-subj",
                                   "/CN=sink",
                                   "-addext",
                                   "subjectAltName=IP:127.0.0.1",
                                   "-keyout",
                                   s->key,
                                   "-out",
                                   s->cert,
                                   "-batch",

                                   NULL};

    run(openssl, output);
    require(uv_loop_init(&s->loop) == 0);
    (void)alarm(PATIENCE_S);
    *state = s;
    return 0;
}

static void on_stopped(void *arg)
{
    ((struct sink *)arg)->stopped = true;
}

static int teardown(void **state)
{
    struct sink *s = *state;
    char output[OUTPUT_BYTES];
    if (s->smtp.loop != NULL && !s->smtp.stopping) {
        smtp_stop(&s->smtp, on_stopped, s);
    }
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);
    require(uv_loop_close(&s->loop) == 0);
    if (s->child.pid > 0) {
        (void)child_end(&s->child);
    }
    const char *const remove[] = {"/bin/rm", "-rf", s->folder, NULL};
    run(remove, output);
    arena_fini(&s->arena);
    test_free(s);
    return 0;
}

/* Starts the server with up to three `options` (NULL ends) and speaks to it by `scheme`. */
static void sink_start(struct sink *s, const char *scheme, const char *const *options)
{
    require(s != NULL);
    const char *argv[8] = {python, "tests/support/smtp_sink.py", s->folder};
    for (size_t i = 0; options[i] != NULL; i++) {
        argv[3 + i] = options[i];
    }
    char port[16];
    s->child = child_start(argv);
    require(child_read(&s->child, port, sizeof(port), true) > 1);
    port[strcspn(port, "\n")] = '\0';
    (void)snprintf(s->url, sizeof(s->url), "%s://127.0.0.1:%s", scheme, port);
}

static void client_start(struct sink *s, struct smtp_conf conf)
{
    conf.url = s->url;
    assert_int_equal(smtp_init(&s->smtp, &s->loop, &conf), 0);
}

static void plain_start(struct sink *s)
{
    static const char *const none[] = {NULL};
    sink_start(s, "smtp", none);
    client_start(s, (struct smtp_conf){.url = ""});
}

/* ---- mails ---- */

static void on_done(void *arg, enum mail_outcome outcome, const char *problem)
{
    struct outcome *o = arg;
    assert_false(o->came);
    o->came = true;
    o->outcome = outcome;
    (void)snprintf(o->problem, sizeof(o->problem), "%s", problem);
}

static struct mail mail_of(struct sink *s, const char *to, size_t number)
{
    return (struct mail){
        .from_name = "Attain",
        .from_address = "letters@attain.example",
        .to_address = to,
        .subject = "Your caf\u00e9 is booked",
        .text = "Dear Ann,\n.\nit costs \u00a3775.\n",
        .html = "<p>Dear Ann</p>\n",
        .message_id = arena_printf(&s->arena, "<mail-%02zu@attain>", number),
        .date_us = INT64_C(1346662800) * US_PER_SECOND,
    };
}

static void send_to(struct sink *s, const char *to, size_t number)
{
    struct mail mail = mail_of(s, to, number);
    assert_int_equal(smtp_send(&s->smtp, &mail, on_done, &s->outcomes[number]), 0);
    assert_false(s->outcomes[number].came);
}

/* Runs the loop until the first `count` mails are answered. */
static void wait_for(struct sink *s, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        while (!s->outcomes[i].came) {
            require(uv_run(&s->loop, UV_RUN_ONCE) != 0 || s->outcomes[i].came);
        }
    }
}

static enum mail_outcome send_one(struct sink *s, const char *to)
{
    send_to(s, to, 0);
    wait_for(s, 1);
    return s->outcomes[0].outcome;
}

static const char *read_mails(struct sink *s, const char *folder)
{
    const char *const argv[] = {python, "tests/support/mail_read.py",
                                arena_printf(&s->arena, "%s/%s", s->folder, folder), NULL};
    char *output = arena_alloc(&s->arena, OUTPUT_BYTES);
    run(argv, output);
    return output;
}

static const char *invitation(struct sink *s)
{
    const struct invite invite = {
        .event_id = {.b = {1}},
        .sequence = 7,
        .stamp_us = INT64_C(1664800000) * US_PER_SECOND,
        .starts_at_us = INT64_C(1667232000) * US_PER_SECOND,
        .minutes = 60,
        .summary = "Introductory webinar; part 1, \u201chow it begins\u201d",
        .description =
            "You have a place at a webinar whose description is long enough to be folded.",
        .url = "https://meet.example/attain",
        .place = "",
        .organiser_name = "Attain",
        .organiser_address = "letters@attain.example",
        .attendee_name = "Ann O\u2019Hara, BA",
        .attendee_address = "ann@school.example",
    };
    const char *text = NULL;
    assert_int_equal(calendar_invite_format(&invite, &s->arena, &text), 0);
    return text;
}

static const char expected_mail[] =
    "<mail-00@attain> | ann@school.example | Your caf\u00e9 is booked | auto-generated | Dear Ann, | "
    "text/calendar REQUEST 01000000-0000-0000-0000-000000000000@attain 7 "
    "2022-10-31T16:00:00+00:00 2022-10-31T17:00:00+00:00 mailto:ann@school.example Ann O\u2019Hara, "
    "BA Introductory webinar; part 1, \u201chow it begins\u201d | "
    "application/ics REQUEST 01000000-0000-0000-0000-000000000000@attain 7 "
    "2022-10-31T16:00:00+00:00 2022-10-31T17:00:00+00:00 mailto:ann@school.example Ann O\u2019Hara, "
    "BA Introductory webinar; part 1, \u201chow it begins\u201d\n";

static struct mail booked_mail(struct sink *s)
{
    struct mail mail = mail_of(s, "ann@school.example", 0);
    mail.calendar = invitation(s);
    mail.calendar_method = "REQUEST";
    return mail;
}

/* ---- tests ---- */

static void ATS_P4__a_mail_arrives_with_an_invitation_others_can_read(void **state)
{
    struct sink *s = *state;
    plain_start(s);
    struct mail mail = booked_mail(s);
    assert_int_equal(smtp_send(&s->smtp, &mail, on_done, &s->outcomes[0]), 0);
    wait_for(s, 1);
    assert_string_equal(s->outcomes[0].problem, "");
    assert_int_equal(s->outcomes[0].outcome, MAIL_SENT);
    assert_string_equal(read_mails(s, "mail"), expected_mail);
}

static void AST_S6__a_letter_arrives_as_the_pages_it_was_sent_as(void **state)
{
    struct sink *s = *state;
    static const char name[] = "decision-letter.pdf";
    uint8_t *pages = arena_alloc(&s->arena, PAGES_BYTES);
    for (size_t i = 0; i < PAGES_BYTES; i++) {
        pages[i] = (uint8_t)(i * 7 + i / 251);
    }
    plain_start(s);
    struct mail mail = mail_of(s, "ann@school.example", 0);
    mail.attachment_name = name;
    struct bytes nothing;
    assert_int_equal(mime_build(&mail, &s->arena, &nothing), E_LIMIT);
    mail.attachment = (struct bytes){pages, MAIL_ATTACHMENT_MAX_BYTES + 1};
    assert_int_equal(mime_build(&mail, &s->arena, &nothing), E_LIMIT);
    mail.attachment = (struct bytes){pages, PAGES_BYTES};
    assert_int_equal(smtp_send(&s->smtp, &mail, on_done, &s->outcomes[0]), 0);
    wait_for(s, 1);
    assert_int_equal(s->outcomes[0].outcome, MAIL_SENT);
    char digest[HASH_TEXT_BYTES];
    assert_string_equal(
        read_mails(s, "mail"),
        arena_printf(&s->arena,
                     "<mail-00@attain> | ann@school.example | Your caf\u00e9 is booked | "
                     "auto-generated | Dear Ann, | application/pdf %s %d %s\n",
                     name, PAGES_BYTES, hash_format(hash_sha256(&mail.attachment, 1), digest)));
}

static void OPS_3__what_the_server_says_becomes_the_outcome(void **state)
{
    struct sink *s = *state;
    static const struct {
        const char *to;
        enum mail_outcome outcome;
        const char *problem;
    } cases[] = {
        {"busy@x.example", MAIL_TRY_AGAIN, "451 4.7.1 (address) greylisted, come again"},
        {"refused@x.example", MAIL_FAILED, "550 5.1.1 (address) no such person here"},
        {"large@x.example", MAIL_FAILED, "552 5.3.4 message too large"},
        {"ann@x.example", MAIL_SENT, ""},
    };
    plain_start(s);
    for (size_t i = 0; i < COUNT(cases); i++) {
        send_to(s, cases[i].to, i);
    }
    wait_for(s, COUNT(cases));
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_string_equal(s->outcomes[i].problem, cases[i].problem);
        assert_int_equal(s->outcomes[i].outcome, cases[i].outcome);
    }
}

static void smtp__many_mails_share_few_connections(void **state)
{
    enum { MANY = 40 };
    struct sink *s = *state;
    char output[OUTPUT_BYTES];
    plain_start(s);
    for (size_t i = 0; i < MANY; i++) {
        send_to(s, "ann@x.example", i);
    }
    assert_int_equal(s->smtp.flying, SMTP_FLIGHTS_MAX);
    wait_for(s, MANY);
    size_t lines = 0;
    for (const char *p = read_mails(s, "mail"); (p = strchr(p, '\n')) != NULL; p++) {
        lines++;
    }
    assert_int_equal(lines, MANY);
    const char *const sessions[] = {"/usr/bin/wc", "-l",
                                    arena_printf(&s->arena, "%s/sessions", s->folder), NULL};
    run(sessions, output);
    assert_true(output[0] >= '1' && output[0] <= '8' && output[1] == ' ');
}

static void smtp__more_than_it_holds_is_refused_at_once(void **state)
{
    struct sink *s = *state;
    plain_start(s);
    for (size_t i = 0; i < SMTP_JOBS_MAX; i++) {
        send_to(s, "silent@x.example", i);
    }
    struct mail mail = mail_of(s, "ann@x.example", 0);
    assert_int_equal(smtp_send(&s->smtp, &mail, on_done, NULL), E_BUS_BUSY);
    /* Stopping answers each of them. */
    smtp_stop(&s->smtp, on_stopped, s);
    for (size_t i = 0; i < SMTP_JOBS_MAX; i++) {
        assert_true(s->outcomes[i].came);
        assert_int_equal(s->outcomes[i].outcome, MAIL_TRY_AGAIN);
    }
    assert_false(s->stopped);
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);
    assert_true(s->stopped);
}

static void smtp__a_bad_address_is_refused_at_once(void **state)
{
    struct sink *s = *state;
    plain_start(s);
    struct mail mail = mail_of(s, "ann@x.example\r\nRCPT TO:<all@x>", 0);
    assert_int_equal(smtp_send(&s->smtp, &mail, on_done, NULL), E_PARSE);
}

static void smtp__a_server_that_is_away_or_silent_is_tried_again(void **state)
{
    struct sink *s = *state;
    (void)snprintf(s->url, sizeof(s->url), "smtp://127.0.0.1:1");
    client_start(s, (struct smtp_conf){.url = ""});
    assert_int_equal(send_one(s, "ann@x.example"), MAIL_TRY_AGAIN);
    assert_true(s->outcomes[0].problem[0] != '\0');
    smtp_stop(&s->smtp, on_stopped, s);
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);

    static const char *const none[] = {NULL};
    sink_start(s, "smtp", none);
    client_start(s, (struct smtp_conf){.timeout_ms = 200});
    s->outcomes[0] = (struct outcome){.came = false};
    assert_int_equal(send_one(s, "silent@x.example"), MAIL_TRY_AGAIN);
}

static void smtp__starttls_is_taken_when_offered_and_verified_when_it_can_be(void **state)
{
    struct sink *s = *state;
    const char *const options[] = {"--starttls", s->cert, s->key, NULL};
    sink_start(s, "smtp", options);
    client_start(s, (struct smtp_conf){.ca_file = s->cert, .tls_required = true});
    assert_int_equal(send_one(s, "ann@x.example"), MAIL_SENT);
    smtp_stop(&s->smtp, on_stopped, s);
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);

    /* Required, and signed by nobody we know. */
    client_start(s, (struct smtp_conf){.tls_required = true});
    s->outcomes[0] = (struct outcome){.came = false};
    assert_int_equal(send_one(s, "ann@x.example"), MAIL_TRY_AGAIN);
}

static void smtp__without_the_tls_that_is_required_nothing_is_said(void **state)
{
    struct sink *s = *state;
    static const char *const none[] = {NULL};
    sink_start(s, "smtp", none);
    client_start(s, (struct smtp_conf){.tls_required = true});
    assert_int_equal(send_one(s, "ann@x.example"), MAIL_TRY_AGAIN);
}

static void smtp__tls_from_the_start_is_verified(void **state)
{
    struct sink *s = *state;
    const char *const options[] = {"--tls", s->cert, s->key, NULL};
    sink_start(s, "smtps", options);
    client_start(s, (struct smtp_conf){.ca_file = s->cert});
    assert_int_equal(send_one(s, "ann@x.example"), MAIL_SENT);
    smtp_stop(&s->smtp, on_stopped, s);
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);

    client_start(s, (struct smtp_conf){.url = ""});
    s->outcomes[0] = (struct outcome){.came = false};
    assert_int_equal(send_one(s, "ann@x.example"), MAIL_TRY_AGAIN);
}

static void smtp__a_wrong_password_is_no_fault_of_the_mail(void **state)
{
    struct sink *s = *state;
    static const char *const options[] = {"--login", "attain", "secret", NULL};
    sink_start(s, "smtp", options);
    client_start(s, (struct smtp_conf){.user = "attain", .password = "secret"});
    assert_int_equal(send_one(s, "ann@x.example"), MAIL_SENT);
    smtp_stop(&s->smtp, on_stopped, s);
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);

    client_start(s, (struct smtp_conf){.user = "attain", .password = "wrong"});
    s->outcomes[0] = (struct outcome){.came = false};
    assert_int_equal(send_one(s, "ann@x.example"), MAIL_TRY_AGAIN);
    smtp_stop(&s->smtp, on_stopped, s);
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);

    client_start(s, (struct smtp_conf){.url = ""});
    s->outcomes[0] = (struct outcome){.came = false};
    assert_int_equal(send_one(s, "ann@x.example"), MAIL_TRY_AGAIN);
}

static void maildir__a_repeat_is_the_same_file(void **state)
{
    struct sink *s = *state;
    struct maildir *maildir = test_calloc(1, sizeof(*maildir));
    const char *path = arena_printf(&s->arena, "%s/box", s->folder);
    assert_int_equal(maildir_init(maildir, &s->loop, path), 0);
    struct mail mail = booked_mail(s);
    struct mail other = mail_of(s, "bob@x.example", 1);
    for (size_t i = 0; i < 3; i++) {
        s->outcomes[0] = (struct outcome){.came = false};
        assert_int_equal(maildir_send(maildir, &mail, on_done, &s->outcomes[0]), 0);
        assert_false(s->outcomes[0].came);
        wait_for(s, 1);
        assert_int_equal(s->outcomes[0].outcome, MAIL_SENT);
    }
    assert_string_equal(read_mails(s, "box"), expected_mail);
    assert_int_equal(maildir_send(maildir, &other, on_done, &s->outcomes[1]), 0);
    wait_for(s, 2);
    const char *end = strchr(read_mails(s, "box"), '\n');
    assert_non_null(end);
    assert_non_null(strstr(end, "<mail-01@attain> | bob@x.example"));
    maildir_fini(maildir);
    test_free(maildir);
}

static void maildir__a_folder_that_is_gone_is_tried_again(void **state)
{
    struct sink *s = *state;
    char output[OUTPUT_BYTES];
    struct maildir *maildir = test_calloc(1, sizeof(*maildir));
    const char *path = arena_printf(&s->arena, "%s/box", s->folder);
    assert_int_equal(maildir_init(maildir, &s->loop, path), 0);
    const char *const remove[] = {"/bin/rm", "-rf", path, NULL};
    run(remove, output);
    struct mail mail = mail_of(s, "bob@x.example", 0);
    assert_int_equal(maildir_send(maildir, &mail, on_done, &s->outcomes[0]), 0);
    wait_for(s, 1);
    assert_int_equal(s->outcomes[0].outcome, MAIL_TRY_AGAIN);
    maildir_fini(maildir);
    test_free(maildir);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        TEST(ATS_P4__a_mail_arrives_with_an_invitation_others_can_read),
        TEST(AST_S6__a_letter_arrives_as_the_pages_it_was_sent_as),
        TEST(OPS_3__what_the_server_says_becomes_the_outcome),
        TEST(smtp__many_mails_share_few_connections),
        TEST(smtp__more_than_it_holds_is_refused_at_once),
        TEST(smtp__a_bad_address_is_refused_at_once),
        TEST(smtp__a_server_that_is_away_or_silent_is_tried_again),
        TEST(smtp__starttls_is_taken_when_offered_and_verified_when_it_can_be),
        TEST(smtp__without_the_tls_that_is_required_nothing_is_said),
        TEST(smtp__tls_from_the_start_is_verified),
        TEST(smtp__a_wrong_password_is_no_fault_of_the_mail),
        TEST(maildir__a_repeat_is_the_same_file),
        TEST(maildir__a_folder_that_is_gone_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
