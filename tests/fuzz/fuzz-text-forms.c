/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/log/log-event.h"
#include "servers/delivery/xtext.h"
#include "servers/filter/encoded-word.h"
#include "servers/mail/domain-name.h"
#include "servers/mail/trace-header.h"
#include "servers/mail/wildcard.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* One line, of what a terminal shows; a value can't end where it does not. */
static void
try_log (const char *text)
{
  const LogField fields[] = { { "client", text }, { "user", "x" }, { NULL, NULL } };
  g_autofree char *line = log_event_to_line ("refused", fields);
  g_assert_true (g_str_has_prefix (line, "refused client="));
  g_assert_true (g_str_has_suffix (line, " user=x"));
  g_assert_true (g_utf8_validate (line, -1, NULL));
  gboolean is_quoted = FALSE;
  guint words = 0;
  for (const char *at = line; *at != '\0'; at++)
    {
      g_assert_true ((guchar) *at >= ' ' && *at != 0x7f);
      if (is_quoted && *at == '\\')
        at++;
      else if (*at == '"')
        is_quoted = !is_quoted;
      else
        words += !is_quoted && *at == ' ';
    }
  g_assert_true (!is_quoted);
  g_assert_cmpuint (words, ==, 2);
}

/* Each line begins as a field or goes on with one; there is one field, of no byte that ends it. */
static void
check_field (const char *field, const char *name)
{
  g_assert_true (g_str_has_prefix (field, name) && g_str_has_suffix (field, "\r\n"));
  for (const char *at = field; *at != '\0'; at++)
    {
      if (at[0] == '\r')
        g_assert_true (at[1] == '\n' && (at[2] == '\0' || at[2] == '\t' || at[2] == ' '));
      if (at[0] == '\n')
        g_assert_true (at > field && at[-1] == '\r');
      g_assert_true ((guchar) *at >= ' ' || strchr ("\r\n\t", *at) != NULL);
    }
}

static void
try_trace (const char *text)
{
  const TraceFacts facts = { .helo = text,
                             .client_address = "192.0.2.1",
                             .host_name = "gate.example",
                             .protocol = "ESMTP",
                             .queue_id = "1",
                             .recipient = text };
  g_autofree char *received = trace_header_received (&facts);
  g_autofree char *path = trace_header_return_path (text);
  check_field (received, "Received: ");
  check_field (path, "Return-Path: ");
}

/* The straightforward way, which takes too long for hostile patterns. */
static gboolean
matches (const char *pattern, const char *text)
{
  if (*pattern == '\0')
    return *text == '\0';
  if (*pattern == '*')
    return matches (pattern + 1, text) || (*text != '\0' && matches (pattern, text + 1));
  return *text != '\0' && g_ascii_tolower (*pattern) == g_ascii_tolower (*text)
         && matches (pattern + 1, text + 1);
}

static void
try_wildcard (const char *pattern, const char *text)
{
  gboolean result = wildcard_match (pattern, text);
  guint stars = 0;
  for (const char *at = pattern; *at != '\0'; at++)
    stars += *at == '*';
  if (stars <= 4 && strlen (text) <= 40)
    g_assert_cmpint (result, ==, matches (pattern, text));
}

/* What DNS knows is known by the same name again, in whatever case. */
static void
try_domain (const char *text)
{
  g_autofree char *name = domain_name_to_ascii (text, strlen (text));
  if (name == NULL)
    return;
  g_autofree char *again = domain_name_to_ascii (name, strlen (name));
  g_assert_true (g_str_is_ascii (name));
  g_assert_cmpstr (again, ==, name);
}

static void
try_xtext (const char *text)
{
  g_autofree char *decoded = xtext_decode (text);
  g_autofree char *letters = xtext_decode_unicode (text);
  g_assert_true (decoded == NULL || strlen (decoded) <= strlen (text));
  if (!g_utf8_validate (text, -1, NULL))
    return;
  g_autofree char *encoded = xtext_encode_unicode (text);
  g_autofree char *back = xtext_decode_unicode (encoded);
  g_assert_true (g_str_is_ascii (encoded));
  g_assert_true (g_utf8_validate (letters, -1, NULL));
  g_assert_cmpstr (back, ==, letters);
}

static void
try_encoded_word (const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) once = g_byte_array_new ();
  encoded_word_append_line (once, (const char *) data, size);
  g_assert_cmpuint (once->len, <=, 3 * size);
}

/* Small functions from text to text, each with what must be true of it. The first line of the input
 * is the pattern of the wildcard. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  const char *line_end = strchr (text, '\n');
  g_autofree char *pattern
      = g_strndup (text, line_end != NULL ? (gsize) (line_end - text) : strlen (text));

  try_log (text);
  try_trace (text);
  try_wildcard (pattern, line_end != NULL ? line_end + 1 : "");
  try_domain (text);
  try_xtext (text);
  if (size > 0)
    try_encoded_word (data, size);
  return 0;
}
