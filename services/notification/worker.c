/*
 * look -> addresses -> for each message: what is attached -> begin (committed) -> send -> end (committed).
 * The hands bound how many are under way. A paper is rendered where its case is, anew for each attempt: the
 * same case gives the same bytes, and what it says is kept in one place. Every step's callback finds its hand; a hand is freed only at its end, so that no
 * message is taken up twice by this process, and the epoch keeps other processes from it.
 */
#include "notification/worker.h"

#include <stdlib.h>
#include <string.h>

#include "attain/v1/application.pb-c.h"
#include "attain/v1/paper.pb-c.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "log.h"
#include "notification/domain/message.h"

enum { ASK_TIMEOUT_MS = 3000, WORKER_TICK_MS = 2000 };

struct mail_settings {
    const char *templates;
    const char *smtp;
    const char *smtp_user;
    const char *smtp_password;
    const char *smtp_ca;
    bool smtp_tls;
    const char *maildir;
    const char *agency;
    const char *agency_email;
    const char *sender;
    bool paused;
};

static const struct conf_row rows[] = {
    /* clang-format off */
    {"ATTAIN_TEMPLATES", CONF_PATH, offsetof(struct mail_settings, templates), .fallback = "services/notification/templates", .help = "folder of letters"},
    {"ATTAIN_SMTP", CONF_TEXT, offsetof(struct mail_settings, smtp), .fallback = "", .help = "mail server, as smtp://host:25; empty: the maildir"},
    {"ATTAIN_SMTP_USER", CONF_TEXT, offsetof(struct mail_settings, smtp_user), .fallback = "", .help = "who signs in at the mail server; empty: nobody"},
    {"ATTAIN_SMTP_PASSWORD", CONF_TEXT, offsetof(struct mail_settings, smtp_password), .fallback = "", .help = "with which password"},
    {"ATTAIN_SMTP_CA", CONF_PATH, offsetof(struct mail_settings, smtp_ca), .fallback = "", .help = "PEM file of who vouches for the mail server; empty: the system's"},
    {"ATTAIN_SMTP_TLS", CONF_BOOL, offsetof(struct mail_settings, smtp_tls), .fallback = "no", .help = "whether to send over TLS alone"},
    {"ATTAIN_MAILDIR", CONF_TEXT, offsetof(struct mail_settings, maildir), .fallback = "var/mail", .help = "folder for mails without a mail server"},
    {"ATTAIN_AGENCY", CONF_TEXT, offsetof(struct mail_settings, agency), .fallback = "The assessment agency", .help = "who writes"},
    {"ATTAIN_AGENCY_EMAIL", CONF_TEXT, offsetof(struct mail_settings, agency_email), .fallback = "help@attain.example", .help = "where to ask"},
    {"ATTAIN_SENDER", CONF_TEXT, offsetof(struct mail_settings, sender), .fallback = "no-reply@attain.example", .help = "sender's address"},
    {"ATTAIN_MAIL_PAUSED", CONF_BOOL, offsetof(struct mail_settings, paused), .fallback = "no", .help = "whether mails stay in the queue for now"},
    /* clang-format on */
};

static void rest(struct worker_hand *hand)
{
    hand->busy = false;
    arena_reset(&hand->arena);
}

static void let_go(struct worker_hand *hand)
{
    rest(hand);
    worker_go_on(hand->worker);
}

/* ---- one message ---- */

static struct id step_id(const struct worker_hand *hand, const char *step)
{
    const uint8_t attempt[] = {(uint8_t)(hand->attempt >> 8), (uint8_t)hand->attempt};
    const struct bytes parts[] = {{hand->case_id.b, sizeof(hand->case_id.b)},
                                  {attempt, sizeof(attempt)}};

    return id_derive(step, parts, COUNT(parts));
}

static void on_ended(void *arg, const Pb__Reply *reply)
{
    (void)
        reply; /* refused or not, this attempt is over; what is left of the message is found again */
    let_go(arg);
}

static void end_attempt(struct worker_hand *hand, Pb__EndAttempt__Outcome outcome,
                        const char *problem)
{
    Pb__EndAttempt end;

    pb__end_attempt__init(&end);
    end.attempt = hand->attempt;
    end.outcome = outcome;
    end.problem = arena_printf(&hand->arena, "%.400s", problem);
    unit_command(hand->worker->process->unit, step_id(hand, "attempt-ends"), hand->case_id,
                 MSG_END_ATTEMPT, &end.base, on_ended, hand);
}

static void on_sent(void *arg, enum mail_outcome outcome, const char *problem)
{
    static const Pb__EndAttempt__Outcome outcomes[] = {
        [MAIL_SENT] = PB__END_ATTEMPT__OUTCOME__SENT,
        [MAIL_TRY_AGAIN] = PB__END_ATTEMPT__OUTCOME__TRY_AGAIN,
        [MAIL_FAILED] = PB__END_ATTEMPT__OUTCOME__FAILED,
    };
    struct worker_hand *hand = arg;

    if (hand->worker->closing || !unit_is_active(hand->worker->process->unit)) {
        let_go(hand); /* uncertain: whoever is active next makes the attempt again */
        return;
    }
    hand->worker->sent += outcome == MAIL_SENT;
    end_attempt(hand, outcomes[outcome], problem);
}

static void send_mail(struct worker_hand *hand)
{
    struct worker *worker = hand->worker;
    const char *problem = "";
    struct mail mail;

    if (hand->address[0] == '\0') {
        end_attempt(hand, PB__END_ATTEMPT__OUTCOME__FAILED,
                    "nobody is known who could be written to");
        return;
    }
    const struct letter_names names = {
        .recipient = hand->name, .about = hand->about, .matter = hand->matter};
    int err = letter_compose(&worker->office, hand->message, &names, hand->address, &hand->arena,
                             &mail, &problem);

    if (err != 0) {
        end_attempt(hand, PB__END_ATTEMPT__OUTCOME__FAILED, problem);
        return;
    }
    mail.attachment = hand->paper;
    err = worker->by_smtp ? smtp_send(&worker->smtp, &mail, on_sent, hand)
                          : maildir_send(&worker->maildir, &mail, on_sent, hand);
    if (err != 0) {
        end_attempt(hand,
                    err_retryable(err) ? PB__END_ATTEMPT__OUTCOME__TRY_AGAIN
                                       : PB__END_ATTEMPT__OUTCOME__FAILED,
                    err_text(err));
    }
}

static void on_begun(void *arg, const Pb__Reply *reply)
{
    struct worker_hand *hand = arg;

    bool begun = reply->status == PB__STATUS__OK && hand->attempt <= MESSAGE_ATTEMPTS_MAX;

    if (begun && !hand->worker->closing) {
        send_mail(hand);
    } else {
        rest(hand); /* the timer looks again: what is refused now would be refused at once again */
    }
}

static void begin_attempt(struct worker_hand *hand)
{
    Pb__BeginAttempt begin;

    pb__begin_attempt__init(&begin);
    hand->attempt = hand->message->attempts + 1;
    hand->worker->uncertain += hand->message->state == PB__MESSAGE__STATE__ATTEMPTED;
    unit_command(hand->worker->process->unit, step_id(hand, "attempt-begins"), hand->case_id,
                 MSG_BEGIN_ATTEMPT, &begin.base, on_begun, hand);
}

/* ---- what goes with a letter ---- */

static void on_paper(void *arg, int err, struct bytes bytes)
{
    struct worker_hand *hand = arg;
    struct worker *worker = hand->worker;
    const Pb__Paper *paper = NULL;
    const Pb__Reply *reply =
        err != 0 ? NULL : pb__reply__unpack(&hand->arena.protobuf, bytes.len, bytes.data);

    if (reply != NULL && reply->status == PB__STATUS__OK) {
        paper = pb__paper__unpack(&hand->arena.protobuf, reply->body.len, reply->body.data);
    }
    if (worker->closing || !unit_is_active(worker->process->unit)) {
        rest(hand);
    } else if (paper != NULL || (reply != NULL && reply->status == PB__STATUS__NOT_FOUND)) {
        /* Without it the mail cannot be built, and fails for people to see. */
        hand->paper = paper == NULL ? (struct bytes){NULL, 0}
                                    : (struct bytes){paper->pdf.data, paper->pdf.len};
        begin_attempt(hand);
    } else {
        peer_leave(&worker->process->peers[PB__SERVICE__ASSESSMENT], hand->sent_to);
        rest(hand); /* assessment is away: the timer looks again */
    }
}

/* Goes on with a message whose addressee is known: fetches what is attached to it, if anything is. */
static void go_on_with(struct worker_hand *hand)
{
    struct worker *worker = hand->worker;
    struct peer *peer = &worker->process->peers[PB__SERVICE__ASSESSMENT];
    const struct template *template = templates_find(&worker->templates, hand->message->template_);
    const char *attachment = template == NULL ? NULL : template->attachment;
    Pb__GetDecisionPaper decision;
    Pb__GetFeedbackPaper feedback;
    Pb__GetReviewPaper review;

    if (attachment == NULL) {
        begin_attempt(hand);
        return;
    }
    pb__get_decision_paper__init(&decision);
    pb__get_feedback_paper__init(&feedback);
    pb__get_review_paper__init(&review);
    decision.assessment_case_id = hand->message->source_case_id;
    feedback.assessment_case_id = hand->message->source_case_id;
    review.review_case_id = hand->message->source_case_id;
    int err = 0;

    if (strcmp(attachment, "decision-letter") == 0) {
        err =
            peer_ask(peer, MSG_GET_DECISION_PAPER, &decision.base, ASK_TIMEOUT_MS, on_paper, hand);
    } else if (strcmp(attachment, "feedback") == 0) {
        err =
            peer_ask(peer, MSG_GET_FEEDBACK_PAPER, &feedback.base, ASK_TIMEOUT_MS, on_paper, hand);
    } else {
        err = peer_ask(peer, MSG_GET_REVIEW_PAPER, &review.base, ASK_TIMEOUT_MS, on_paper, hand);
    }
    hand->sent_to = peer->preferred;

    if (err != 0) {
        rest(hand); /* the timer looks again */
    }
}

/* ---- addresses ---- */

/* Whether the letter names a person other than its reader. */
static bool is_about_somebody(const Pb__Message *message)
{
    const ProtobufCBinaryData about = message->about_person_id;

    return about.len > 0 && !id_equal(field_id(about), field_id(message->recipient->id));
}

static void give_up(struct worker_looking *looking)
{
    for (size_t i = 0; i < looking->count; i++) {
        looking->hands[i]->busy = false;
        arena_reset(&looking->hands[i]->arena);
    }
}

/* Fills the facts that are records from `texts`, of which the first `next` are taken; returns how many are then. */
static size_t take_texts(struct worker_hand *hand, char *const *texts, size_t next)
{
    for (size_t i = 0; i < hand->message->n_facts; i++) {
        Pb__Fact *fact = hand->message->facts[i];

        if (fact->text != NULL) {
            fact->value = arena_strdup(&hand->arena, texts[next++]);
        }
    }
    return next;
}

static size_t texts_of(const Pb__Message *message)
{
    size_t count = 0;

    for (size_t i = 0; i < message->n_facts; i++) {
        count += message->facts[i]->text != NULL;
    }
    return count;
}

/* Contacts come in the order of ask_contacts(). */
static void take_contacts(struct worker_looking *looking, const Pb__Contacts *contacts)
{
    size_t next = 0;
    size_t next_text = 0;

    for (size_t i = 0; i < looking->count; i++) {
        struct worker_hand *hand = looking->hands[i];
        const Pb__Contact *contact = contacts->contacts[next++];

        hand->name = arena_strdup(&hand->arena, contact->name);
        hand->address = arena_strdup(&hand->arena, contact->email);
        hand->about = is_about_somebody(hand->message)
                          ? arena_strdup(&hand->arena, contacts->contacts[next++]->name)
                          : "";
        hand->matter = letter_matter(contacts->matters[i], &hand->arena);
        next_text = take_texts(hand, contacts->texts, next_text);
        go_on_with(hand);
    }
}

static size_t asked_count(const struct worker_looking *looking)
{
    size_t count = looking->count;

    for (size_t i = 0; i < looking->count; i++) {
        count += is_about_somebody(looking->hands[i]->message);
    }
    return count;
}

/* Whether all that was asked for is there, in its order. */
static bool is_whole(const struct worker_looking *looking, const Pb__Contacts *contacts)
{
    size_t texts = 0;

    for (size_t i = 0; i < looking->count; i++) {
        texts += texts_of(looking->hands[i]->message);
    }
    return contacts->n_contacts == asked_count(looking) && contacts->n_matters == looking->count &&
           contacts->n_texts == texts;
}

static void on_contacts(void *arg, int err, struct bytes bytes)
{
    struct worker_looking *looking = arg;
    struct worker *worker = looking->worker;
    CLEANUP(arena_fini) struct arena arena = {0};
    const Pb__Contacts *contacts = NULL;

    arena_init(&arena);
    const Pb__Reply *reply = peer_answer(err, bytes, &arena);

    if (reply != NULL) {
        contacts = pb__contacts__unpack(&arena.protobuf, reply->body.len, reply->body.data);
    }
    worker->looking = false;
    if (contacts != NULL && is_whole(looking, contacts) && !worker->closing &&
        unit_is_active(worker->process->unit)) {
        take_contacts(looking, contacts);
        worker_go_on(worker);
    } else {
        peer_leave(&worker->process->peers[PB__SERVICE__APPLICATION], looking->sent_to);
        give_up(looking); /* application is away: the timer looks again */
    }
}

static int ask_contacts(struct worker_looking *looking)
{
    struct peer *peer = &looking->worker->process->peers[PB__SERVICE__APPLICATION];
    Pb__Recipient *recipients[2 * WORKER_HANDS];
    Pb__Recipient about[WORKER_HANDS];
    ProtobufCBinaryData matters[WORKER_HANDS];
    ProtobufCBinaryData *texts = NULL;
    Pb__GetContacts contacts;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    pb__get_contacts__init(&contacts);
    contacts.matters = matters;
    for (size_t i = 0; i < looking->count; i++) {
        const Pb__Message *message = looking->hands[i]->message;

        recipients[contacts.n_recipients++] = message->recipient;
        matters[contacts.n_matters++] = (ProtobufCBinaryData){sizeof(looking->hands[i]->root_id.b),
                                                              looking->hands[i]->root_id.b};
        if (is_about_somebody(message)) {
            pb__recipient__init(&about[i]);
            about[i].id = message->about_person_id;
            about[i].role = PB__ROLE__CANDIDATE;
            recipients[contacts.n_recipients++] = &about[i];
        }
        for (size_t k = 0; k < message->n_facts; k++) {
            if (message->facts[k]->text != NULL) {
                *ARENA_PUSH(&arena, texts, contacts.n_texts) = message->facts[k]->text->record_id;
            }
        }
    }
    contacts.recipients = recipients;
    contacts.texts = texts;
    int err =
        peer_ask(peer, MSG_GET_CONTACTS, &contacts.base, ASK_TIMEOUT_MS, on_contacts, looking);

    looking->sent_to = peer->preferred;
    return err;
}

/* ---- looking for what waits ---- */

static struct worker_hand *free_hand(struct worker *worker)
{
    for (size_t i = 0; i < WORKER_HANDS; i++) {
        if (!worker->hands[i].busy) {
            return &worker->hands[i];
        }
    }
    return NULL;
}

static size_t busy_count(const struct worker *worker)
{
    size_t count = 0;

    for (size_t i = 0; i < WORKER_HANDS; i++) {
        count += worker->hands[i].busy;
    }
    return count;
}

static void on_waiting(void *arg, int err, const PGresult *result)
{
    struct worker_looking *looking = arg;

    if (err == 0 && (size_t)PQntuples(result) < looking->most) {
        looking->worker->waiting = 0;
    }
    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        struct worker_hand *hand = free_hand(looking->worker);
        struct bytes state = pg_get_bytea(result, row, 1);

        if (hand == NULL) {
            return;
        }
        hand->busy = true;
        hand->paper = (struct bytes){NULL, 0};
        hand->case_id = pg_get_uuid(result, row, 0);
        hand->root_id = pg_get_uuid(result, row, 2);
        hand->message = pb__message__unpack(&hand->arena.protobuf, state.len, state.data);
        require(hand->message != NULL && hand->message->recipient != NULL);
        looking->hands[looking->count++] = hand;
    }
}

static void on_looked(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct worker_looking *looking = arg;

    (void)sqlstate;
    (void)detail;
    if (err != 0 || looking->count == 0 || ask_contacts(looking) != 0) {
        looking->worker->looking = false;
        give_up(looking);
        bool again = err == 0 && looking->count == 0 && looking->worker->look_again;

        looking->worker->look_again = false;
        if (again) {
            worker_go_on(looking->worker);
        }
    }
}

static void look(struct worker *worker)
{
    struct id in_hand[WORKER_HANDS];
    size_t count = 0;
    struct pg *reader = worker->process->reader;
    struct worker_looking *looking = &worker->look;
    struct pg_params p;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    for (size_t i = 0; i < WORKER_HANDS; i++) {
        if (worker->hands[i].busy) {
            in_hand[count++] = worker->hands[i].case_id;
        }
    }
    *looking = (struct worker_looking){.worker = worker, .most = WORKER_HANDS - count};
    worker->looking = true;
    worker->look_again = false;
    pg_params_init(&p, &arena);
    pg_text(&p, "on");
    pg_text(&p, "");
    pg_text(&p, "");
    int err = pg_send(reader, "read_as", &p, pg_ignore, NULL);

    pg_params_init(&p, &arena);
    pg_uuid_array(&p, in_hand, count);
    pg_i32(&p, (int32_t)looking->most);
    err = err != 0 ? err : pg_send(reader, "mail_waiting", &p, on_waiting, looking);
    err = err != 0 ? err : pg_sync(reader, on_looked, looking);
    require(err == 0 || err == E_PG_DOWN);
    if (err != 0) {
        worker->looking = false;
    }
}

/* One look serves many hands: with few of them free it waits for the next that ends. */
void worker_go_on(struct worker *worker)
{
    size_t busy = busy_count(worker);

    if (worker->looking) {
        worker->look_again = true;
    } else if (!worker->paused && !worker->closing && unit_is_active(worker->process->unit) &&
               pg_is_up(worker->process->reader) &&
               (busy == 0 || WORKER_HANDS - busy >= WORKER_LOOK_LEAST)) {
        look(worker);
    }
}

uint64_t worker_queued(const struct worker *worker)
{
    return busy_count(worker) + worker->waiting + worker->looking + worker->look_again;
}

static void on_counted(void *arg, int err, const PGresult *result)
{
    struct worker *worker = arg;

    if (err == 0) {
        worker->waiting = (uint64_t)pg_get_i64(result, 0, 0);
    }
}

static void on_count_synced(void *arg, int err, const char *sqlstate, const char *detail)
{
    (void)arg; /* the next tick counts again */
    (void)err;
    (void)sqlstate;
    (void)detail;
}

/* What waits while every hand is busy is told, too. */
static void count_waiting(struct worker *worker)
{
    struct pg *reader = worker->process->reader;

    if (unit_is_active(worker->process->unit) && pg_is_up(reader) &&
        pg_send(reader, "mail_count", NULL, on_counted, worker) == 0 &&
        pg_sync(reader, on_count_synced, worker) != 0) {
        pg_reconnect(reader);
    }
}

/* ---- beginning and end ---- */

static void on_timer(uv_timer_t *timer)
{
    struct worker *worker = timer->data;

    if (busy_count(worker) == WORKER_HANDS) {
        count_waiting(worker);
    }
    worker_go_on(worker);
}

/* NULL for an empty setting. */
static const char *set_or_none(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static int make_transport(struct worker *worker, const struct mail_settings *settings)
{
    uv_loop_t *uv = worker->process->loop.uv;
    /* The texts are the environment's, which stays as it is. */
    const struct smtp_conf conf = {.url = settings->smtp,
                                   .user = set_or_none(settings->smtp_user),
                                   .password = set_or_none(settings->smtp_password),
                                   .ca_file = set_or_none(settings->smtp_ca),
                                   .tls_required = settings->smtp_tls};

    worker->by_smtp = settings->smtp[0] != '\0';
    return worker->by_smtp ? smtp_init(&worker->smtp, uv, &conf)
                           : maildir_init(&worker->maildir, uv, settings->maildir);
}

int worker_start(struct worker *worker, struct process *process)
{
    struct mail_settings settings;
    const char *problem = "";
    struct log_line line;
    int err = conf_load(rows, COUNT(rows), &settings);

    if (err != 0) {
        return err;
    }
    *worker = (struct worker){.process = process, .paused = settings.paused};
    for (size_t i = 0; i < WORKER_HANDS; i++) {
        worker->hands[i].worker = worker;
        arena_init(&worker->hands[i].arena);
    }
    err = templates_load(settings.templates, &worker->templates, &problem);
    worker->office =
        (struct letter_office){&worker->templates, settings.agency, settings.agency_email,
                               settings.sender, &process->editions};
    if (err == 0) {
        err = make_transport(worker, &settings);
    }
    if (err != 0) {
        log_begin(&line, LOG_LEVEL_ERROR, "mail cannot be sent");
        log_text(&line, "detail", problem);
        log_err(&line, "err", err);
        log_end(&line);
        return err;
    }
    uv_timer_init(process->loop.uv, &worker->timer);
    worker->timer.data = worker;
    uv_timer_start(&worker->timer, on_timer, WORKER_TICK_MS, WORKER_TICK_MS);
    return 0;
}

static void on_smtp_stopped(void *arg)
{
    (void)arg;
}

void worker_stop(struct worker *worker)
{
    worker->closing = true;
    uv_timer_stop(&worker->timer);
    uv_close((uv_handle_t *)&worker->timer, NULL);
    if (worker->by_smtp) {
        smtp_stop(&worker->smtp, on_smtp_stopped, worker);
    }
}
