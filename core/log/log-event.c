/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/log/log-event.h"

#include <string.h>

#define FIELDS_MAX 20
#define KEY_SIZE 40
#define VALUE_MAX 1000 /* a line stays within what a pipe and syslog take in one piece */

#define LINE_SIZE 256 /* most lines are shorter; a longer one only costs a copy */

/* Priorities as syslog has them: 4 for what somebody should look at, 6 for what is as it should be.
 */
typedef struct
{
  const char *event;
  const char *priority;
  LogKind kind;
} Event;

/* What is not here has the last row. */
static const Event EVENTS[] = {
  { "session-ended", "6", LOG_SESSIONS },
  { "accepted", "6", LOG_MESSAGES },
  { "kept", "5", LOG_MESSAGES },
  { "discarded", "5", LOG_MESSAGES },
  { "refused", "5", LOG_REFUSALS },
  { "message-refused", "5", LOG_REFUSALS },
  { "log-on", "6", LOG_LOG_ONS },
  { "log-on-failed", "5", LOG_LOG_ONS },
  { "delivered", "6", LOG_DELIVERIES },
  { "deferred", "5", LOG_DELIVERIES },
  { "failed", "4", LOG_DELIVERIES },
  { "bounced", "5", LOG_DELIVERIES },
  { "unreturned", "5", LOG_DELIVERIES },
  { "banned", "4", LOG_ALWAYS },
  { NULL, "5", LOG_ALWAYS },
};

static gint muted; /* LogKinds, atomic */

static const Event *
find_event (const char *event)
{
  const Event *found = EVENTS;

  while (found->event != NULL && !g_str_equal (found->event, event))
    found++;
  return found;
}

LogKind
log_event_kind (const char *event)
{
  return find_event (event)->kind;
}

void
log_event_mute (guint kinds)
{
  g_atomic_int_set (&muted, (gint) kinds);
}

/* Not only control bytes: a line separator of Unicode ends a line, too, for some who show it, and a
 * mark of direction turns the rest of the line around. */
static gboolean
is_showable (gunichar character)
{
  switch (g_unichar_type (character))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_UNASSIGNED:
      return FALSE;
    default:
      return TRUE;
    }
}

/* Returns: how many bytes stand for one character, or for one byte that is none. */
static gsize
append_escaped (GString *line, const char *at, gsize n_left)
{
  gunichar character = g_utf8_get_char_validated (at, n_left);
  gboolean valid = (gint32) character >= 0;
  gsize length = valid ? (gsize) (g_utf8_next_char (at) - at) : 1;

  if (!valid || !is_showable (character))
    for (gsize i = 0; i < length; i++)
      g_string_append_printf (line, "\\x%02x", (guchar) at[i]);
  else
    {
      if (*at == '"' || *at == '\\')
        g_string_append_c (line, '\\');
      g_string_append_len (line, at, length);
    }

  return length;
}

/* Returns: how many bytes at @at, at most @max, stand for themselves between quotation marks. */
static gsize
count_plain (const char *at, gsize max)
{
  gsize length = 0;

  while (length < max && g_ascii_isprint (at[length]) && at[length] != '"' && at[length] != '\\')
    length++;
  return length;
}

static void
append_quoted (GString *line, const char *value)
{
  gsize length = strlen (value), done = 0;

  g_string_append_c (line, '"');
  while (done < length && done < VALUE_MAX)
    {
      gsize plain = count_plain (value + done, MIN (length, VALUE_MAX) - done);
      g_string_append_len (line, value + done, plain);
      done += plain;
      if (plain == 0)
        done += append_escaped (line, value + done, length - done);
    }
  g_string_append (line, done < length ? "...\"" : "\"");
}

/* Whether the value needs no quotation marks. */
static gboolean
is_bare (const char *value)
{
  const char *at = value;

  while (g_ascii_isalnum (*at) || (*at != '\0' && strchr ("._:/@+-", *at) != NULL))
    at++;
  return *at == '\0' && at > value && at - value <= VALUE_MAX;
}

char *
log_event_to_line (const char *event, const LogField *fields)
{
  GString *line = g_string_sized_new (LINE_SIZE);

  g_string_append (line, event);

  for (const LogField *field = fields; field->name != NULL; field++)
    {
      if (field->value == NULL)
        continue;
      g_string_append_c (line, ' ');
      g_string_append (line, field->name);
      g_string_append_c (line, '=');
      if (is_bare (field->value))
        g_string_append (line, field->value);
      else
        append_quoted (line, field->value);
    }

  return g_string_free (line, FALSE);
}

/* "client" -> "POSTERN_CLIENT" */
static void
name_key (char key[KEY_SIZE], const char *name)
{
  char *at = g_stpcpy (key, "POSTERN_");

  while (*name != '\0' && at < key + KEY_SIZE - 1)
    {
      *at++ = *name == '-' ? '_' : g_ascii_toupper (*name);
      name++;
    }
  *at = '\0';
}

void
log_event (const char *event, const LogField *fields)
{
  const Event *known = find_event (event);

  if ((guint) g_atomic_int_get (&muted) & known->kind)
    return;
  g_autofree char *line = log_event_to_line (event, fields);
  char keys[FIELDS_MAX][KEY_SIZE];
  GLogField all[FIELDS_MAX + 3] = { { "MESSAGE", line, -1 },
                                    { "PRIORITY", known->priority, -1 },
                                    { "POSTERN_EVENT", event, -1 } };
  gsize n = 0;

  for (const LogField *field = fields; field->name != NULL && n < FIELDS_MAX; field++)
    if (field->value != NULL)
      {
        name_key (keys[n], field->name);
        all[n + 3] = (GLogField){ keys[n], field->value, -1 };
        n++;
      }

  g_log_structured_array (G_LOG_LEVEL_MESSAGE, all, n + 3);
}
