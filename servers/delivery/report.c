/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/report.h"

#include "servers/delivery/report-text.h"
#include "servers/delivery/xtext.h"
#include "servers/mail/trace-header.h"

#include <string.h>

/* So much of the original's header is told. */
#define HEADER_MAX (32 * 1024)

#define REASON_MAX 900
#define ADDRESS_MAX 900
#define TYPE_MAX 40

/* How each action is told, to programs and to people. */
static const struct
{
  const char *word;
  const char *subject;
  const char *words;
  char status_class;
} actions[] = {
  [REPORT_FAILED]
  = { "failed", "Undelivered mail returned to sender",
      "could not be delivered to these recipients.\r\nIt will not be tried again.", '5' },
  [REPORT_DELAYED] = { "delayed", "Delayed mail, which is still tried",
                       "could not be delivered to these recipients so far.\r\nYou need not send it "
                       "again: it is tried until ",
                       '4' },
  [REPORT_RELAYED] = { "relayed", "Mail was passed on",
                       "was passed on for these recipients, to a mail system\r\nthat sends no "
                       "reports: you may hear nothing further of it.",
                       '2' },
  [REPORT_DELIVERED]
  = { "delivered", "Mail was delivered", "was delivered to these recipients.", '2' },
};

/* A report under way. */
typedef struct
{
  const ReportFacts *facts;
  GString *text; /* (owned) */
  char boundary[40];
  const char *content; /* of the original */
  gsize content_length;
  gsize header_length;
  ReportTextKind kind; /* UTF8: the parts are those of RFC 6533 */
  gboolean is_full;    /* all of the original is given back */
  gboolean eight_bit;  /* some part has such bytes */
} Report;

const char *
report_action_to_string (ReportAction action)
{
  return actions[action].word;
}

ReportAction
report_kind (const GArray *rows)
{
  ReportAction kind = REPORT_DELIVERED;
  for (guint i = 0; i < rows->len; i++)
    kind = MIN (kind, g_array_index (rows, ReportRow, i).action);
  return kind;
}

static gboolean
has_eight_bit (const char *bytes, gsize length)
{
  guint8 all = 0;
  for (gsize i = 0; i < length; i++)
    all |= (guint8) bytes[i];
  return (all & 0x80) != 0;
}

static const Recipient *
recipient_of (const Report *report, guint row)
{
  return envelope_recipient (report->facts->envelope,
                             g_array_index (report->facts->rows, ReportRow, row).recipient);
}

static const char *
reason_of (const Recipient *recipient)
{
  return *recipient->reason != '\0' ? recipient->reason : "no reason was given";
}

/* Whether the parts have to be those of RFC 6533: most programs know the older ones better. */
static gboolean
needs_utf8 (const Report *report)
{
  const Envelope *envelope = report->facts->envelope;
  if (!envelope->utf8)
    return FALSE;
  if (!g_str_is_ascii (envelope->sender) || has_eight_bit (report->content, report->header_length))
    return TRUE;
  for (guint i = 0; i < report->facts->rows->len; i++)
    if (!g_str_is_ascii (recipient_of (report, i)->address))
      return TRUE;
  return FALSE;
}

static void
append (Report *report, const char *text, gsize max)
{
  report_text_append (report->text, report->kind, text, strlen (text), max);
}

static void
append_line (Report *report, const char *name, const char *text)
{
  g_string_append (report->text, name);
  append (report, text, ADDRESS_MAX);
  g_string_append (report->text, "\r\n");
}

/* --- Head and parts --- */

static void
append_head (Report *report)
{
  const ReportFacts *facts = report->facts;
  char id[ENVELOPE_ID_TEXT_MAX];
  g_autofree char *date = trace_header_date (facts->time);
  g_string_append_printf (report->text,
                          "Date: %s\r\nFrom: Mail Delivery System <MAILER-DAEMON@%s>\r\nTo: <",
                          date, facts->host_name);
  append (report, facts->envelope->sender, ADDRESS_MAX);
  g_string_append_printf (
      report->text,
      ">\r\n"
      "Subject: %s\r\n"
      "Message-ID: <%s.report@%s>\r\n"
      "Auto-Submitted: auto-replied\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: multipart/report; report-type=%sdelivery-status;\r\n\tboundary=\"%s\"\r\n",
      actions[report_kind (facts->rows)].subject, envelope_id_to_string (facts->id, id),
      facts->host_name, report->kind == REPORT_TEXT_UTF8 ? "global-" : "", report->boundary);
  if (report->eight_bit)
    g_string_append (report->text, "Content-Transfer-Encoding: 8bit\r\n");
  g_string_append (report->text, "\r\nThis is a delivery report in MIME format.\r\n");
}

static void
begin_part (Report *report, const char *type, gboolean eight_bit)
{
  g_string_append_printf (report->text, "\r\n--%s\r\nContent-Type: %s\r\n%s\r\n", report->boundary,
                          type, eight_bit ? "Content-Transfer-Encoding: 8bit\r\n" : "");
}

/* --- For people --- */

static void
append_words (Report *report, ReportAction action)
{
  g_string_append_printf (report->text, "\r\nIt %s", actions[action].words);
  if (action == REPORT_DELAYED)
    {
      g_autofree char *until = trace_header_date (report->facts->retried_until);
      g_string_append_printf (report->text, "%s.", until);
    }
  g_string_append (report->text, "\r\n");
}

static void
append_group (Report *report, ReportAction action)
{
  gboolean is_begun = FALSE;
  for (guint i = 0; i < report->facts->rows->len; i++)
    {
      if (g_array_index (report->facts->rows, ReportRow, i).action != action)
        continue;
      if (!is_begun)
        append_words (report, action);
      is_begun = TRUE;
      const Recipient *recipient = recipient_of (report, i);
      g_string_append (report->text, "\r\n<");
      append (report, recipient->address, ADDRESS_MAX);
      g_string_append (report->text, ">:\r\n    ");
      append (report, reason_of (recipient), REASON_MAX);
      g_string_append (report->text, "\r\n");
    }
}

static void
append_for_people (Report *report)
{
  const ReportFacts *facts = report->facts;
  char id[ENVELOPE_ID_TEXT_MAX];
  g_autofree char *arrived = trace_header_date (facts->envelope->arrived);
  gboolean utf8 = report->kind == REPORT_TEXT_UTF8;
  begin_part (report, utf8 ? "text/plain; charset=utf-8" : "text/plain; charset=us-ascii", utf8);
  g_string_append_printf (report->text,
                          "This is the mail system at %s.\r\n\r\n"
                          "This is about your message of %s (queue id %s).\r\n",
                          facts->host_name, arrived,
                          envelope_id_to_string (facts->envelope->id, id));
  for (guint action = 0; action < G_N_ELEMENTS (actions); action++)
    append_group (report, action);
}

/* --- For programs --- */

static void
append_original_recipient (Report *report, const char *original)
{
  g_autofree char *decoded = xtext_decode (original);
  const char *semicolon = decoded != NULL ? strchr (decoded, ';') : NULL;
  if (semicolon == NULL)
    return;
  g_autofree char *type = g_strndup (decoded, (gsize) (semicolon - decoded));
  gboolean is_unicode = g_ascii_strcasecmp (type, "utf-8") == 0;
  gboolean keeps_letters = report->kind == REPORT_TEXT_UTF8;
  g_autofree char *address = is_unicode && keeps_letters ? xtext_decode_unicode (semicolon + 1)
                             : is_unicode && g_utf8_validate (semicolon + 1, -1, NULL)
                                 ? xtext_encode_unicode (semicolon + 1)
                                 : g_strdup (semicolon + 1);
  g_string_append (report->text, "Original-Recipient: ");
  append (report, type, TYPE_MAX);
  append_line (report, "; ", address);
}

static void
append_recipient (Report *report, guint row)
{
  ReportAction action = g_array_index (report->facts->rows, ReportRow, row).action;
  const char *host = g_array_index (report->facts->rows, ReportRow, row).host;
  const Recipient *recipient = recipient_of (report, row);
  g_autofree char *status = report_text_status (recipient->reason, actions[action].status_class);
  g_autofree char *now = trace_header_date (report->facts->time);
  g_string_append (report->text, "\r\n");
  append_original_recipient (report, recipient->original);
  gboolean is_plain = report->kind == REPORT_TEXT_ASCII || g_str_is_ascii (recipient->address);
  append_line (report, is_plain ? "Final-Recipient: rfc822; " : "Final-Recipient: utf-8; ",
               recipient->address);
  g_string_append_printf (report->text, "Action: %s\r\nStatus: %s\r\nLast-Attempt-Date: %s\r\n",
                          actions[action].word, status, now);
  if (host != NULL)
    append_line (report, "Remote-MTA: dns; ", host);
  append_line (report, "Diagnostic-Code: smtp; ", reason_of (recipient));
  if (action != REPORT_DELAYED)
    return;
  g_autofree char *until = trace_header_date (report->facts->retried_until);
  g_string_append_printf (report->text, "Will-Retry-Until: %s\r\n", until);
}

static void
append_for_programs (Report *report)
{
  const ReportFacts *facts = report->facts;
  g_autofree char *arrived = trace_header_date (facts->envelope->arrived);
  g_autofree char *envelope_id = xtext_decode (facts->envelope->envelope_id);
  gboolean utf8 = report->kind == REPORT_TEXT_UTF8;
  begin_part (report, utf8 ? "message/global-delivery-status" : "message/delivery-status", utf8);
  if (envelope_id != NULL && *envelope_id != '\0')
    append_line (report, "Original-Envelope-Id: ", envelope_id);
  g_string_append_printf (report->text, "Reporting-MTA: dns; %s\r\nArrival-Date: %s\r\n",
                          facts->host_name, arrived);
  for (guint i = 0; i < facts->rows->len; i++)
    append_recipient (report, i);
}

/* --- The original --- */

static void
append_original (Report *report)
{
  gboolean utf8 = report->kind == REPORT_TEXT_UTF8;
  if (!report->is_full)
    {
      begin_part (report, utf8 ? "message/global-headers" : "text/rfc822-headers", utf8);
      report_text_append_header (report->text, report->kind, report->content,
                                 report->header_length);
      return;
    }
  begin_part (report, utf8 ? "message/global" : "message/rfc822",
              has_eight_bit (report->content, report->content_length));
  report_text_append_message (report->text, report->content, report->content_length);
}

GBytes *
report_build (const ReportFacts *facts, ReportNeeds *needs)
{
  Report report = { .facts = facts, .text = g_string_new (NULL) };
  /* Nobody who wrote the original can know it. */
  g_snprintf (report.boundary, sizeof report.boundary, "=_%08x%08x%08x", g_random_int (),
              g_random_int (), g_random_int ());
  const char *content = g_bytes_get_data (facts->content, &report.content_length);
  report.content = content != NULL ? content : ""; /* of an empty message there are no bytes */
  report.header_length
      = report_text_header_length (report.content, report.content_length, HEADER_MAX);
  report.kind = needs_utf8 (&report) ? REPORT_TEXT_UTF8 : REPORT_TEXT_ASCII;
  report.is_full = facts->envelope->dsn_return == DSN_RETURN_FULL
                   && report_kind (facts->rows) == REPORT_FAILED
                   && report.content_length <= REPORT_FULL_MAX_BYTES;
  report.eight_bit = report.kind == REPORT_TEXT_UTF8
                     || (report.is_full && has_eight_bit (report.content, report.content_length));
  append_head (&report);
  append_for_people (&report);
  append_for_programs (&report);
  append_original (&report);
  g_string_append_printf (report.text, "\r\n--%s--\r\n", report.boundary);
  needs->eight_bit = report.eight_bit;
  needs->utf8 = report.kind == REPORT_TEXT_UTF8 && !g_str_is_ascii (facts->envelope->sender);
  return g_string_free_to_bytes (report.text);
}
