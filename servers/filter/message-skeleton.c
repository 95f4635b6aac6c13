/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/filter/message-skeleton.h"

#include "servers/filter/encoded-word.h"

#include <string.h>

/* A header that is a message's gets this line at its start: a parser may take a message that begins
 * with nonsense for none. */
#define FIRST_LINE "MIME-Version: 1.0\n"

typedef struct
{
  const char *text;
  gsize length; /* without its end */
} Line;

typedef struct
{
  GByteArray *bytes;
  gboolean is_whole;
  guint boundaries;

  gboolean in_header;
  gboolean follows_boundary; /* this header does */
  gboolean is_message;       /* this header says that a message follows */
  gboolean has_digest;       /* somewhere there may be parts that are messages without saying so
                                (RFC 2046, section 5.1.5) */
  guint fields;              /* of this header, that were taken */
  gsize field_length;        /* of this field; 0: it is not taken */
} Skeleton;

static gboolean
take_line (const char **at, const char *end, Line *line)
{
  if (*at == end)
    return FALSE;

  const char *newline = memchr (*at, '\n', (gsize) (end - *at));
  const char *stop = newline != NULL ? newline : end;
  *line = (Line){ *at, (gsize) (stop - *at) };
  if (line->length > 0 && stop[-1] == '\r')
    line->length--;
  *at = newline != NULL ? newline + 1 : end;
  return TRUE;
}

static void
append (Skeleton *skeleton, const char *text, gsize length)
{
  if (skeleton->bytes->len + length + 1 > MESSAGE_SKELETON_SIZE_MAX)
    {
      skeleton->is_whole = FALSE;
      return;
    }
  g_byte_array_append (skeleton->bytes, (const guint8 *) text, (guint) length);
  g_byte_array_append (skeleton->bytes, (const guint8 *) "\n", 1);
}

/* A line of a header, readable for the parser. */
static void
append_header_line (Skeleton *skeleton, const Line *line)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();

  encoded_word_append_line (text, line->text, line->length);
  append (skeleton, (const char *) text->data, text->len);
}

static gboolean
holds (const Line *line, const char *word)
{
  gsize length = strlen (word);

  for (gsize i = 0; i + length <= line->length; i++)
    if (g_ascii_strncasecmp (line->text + i, word, length) == 0)
      return TRUE;
  return FALSE;
}

/* Whether the line begins a field that filters, or the parser, look at. */
static gboolean
is_wanted (const Line *line)
{
  static const char *const names[] = { "from", "sender", "reply-to", "subject" };
  const char *colon = memchr (line->text, ':', line->length);
  gsize length = colon != NULL ? (gsize) (colon - line->text) : 0;

  while (length > 0 && (line->text[length - 1] == ' ' || line->text[length - 1] == '\t'))
    length--;
  if (length > strlen ("content-")
      && g_ascii_strncasecmp (line->text, "content-", strlen ("content-")) == 0)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strlen (names[i]) == length && g_ascii_strncasecmp (line->text, names[i], length) == 0)
      return TRUE;
  return FALSE;
}

static void
begin_header (Skeleton *skeleton, gboolean follows_boundary)
{
  skeleton->in_header = TRUE;
  skeleton->follows_boundary = follows_boundary;
  skeleton->is_message = FALSE;
  skeleton->fields = 0;
  skeleton->field_length = 0;
  if (!follows_boundary)
    append (skeleton, FIRST_LINE, strlen (FIRST_LINE) - 1);
}

static void
end_header (Skeleton *skeleton)
{
  append (skeleton, "", 0);
  if (skeleton->is_message || (skeleton->has_digest && skeleton->follows_boundary))
    begin_header (skeleton, FALSE);
  else
    skeleton->in_header = FALSE;
}

/* A line of a field that is taken. */
static void
take_field_line (Skeleton *skeleton, const Line *line)
{
  skeleton->field_length += line->length + 1;
  if (skeleton->field_length > MESSAGE_SKELETON_FIELD_MAX)
    {
      skeleton->is_whole = FALSE;
      skeleton->field_length = 0;
      return;
    }
  append_header_line (skeleton, line);
  skeleton->is_message = skeleton->is_message || holds (line, "message");
  skeleton->has_digest = skeleton->has_digest || holds (line, "digest");
}

static void
take_header_line (Skeleton *skeleton, const Line *line)
{
  gboolean continues = line->text[0] == ' ' || line->text[0] == '\t';

  if (!continues)
    {
      skeleton->field_length = 0;
      if (!is_wanted (line))
        return;
      if (++skeleton->fields > MESSAGE_SKELETON_FIELDS_MAX)
        {
          skeleton->is_whole = FALSE;
          return;
        }
    }
  if (!continues || skeleton->field_length > 0)
    take_field_line (skeleton, line);
}

static void
take_boundary (Skeleton *skeleton, const Line *line)
{
  if (++skeleton->boundaries > MESSAGE_SKELETON_BOUNDARIES_MAX)
    {
      skeleton->is_whole = FALSE;
      return;
    }
  append (skeleton, line->text, MIN (line->length, MESSAGE_SKELETON_FIELD_MAX));
  begin_header (skeleton, TRUE);
}

GBytes *
message_skeleton_make (GBytes *content, gboolean *is_whole)
{
  gsize size;
  const char *at = g_bytes_get_data (content, &size);
  const char *end = at + size;
  Skeleton skeleton = { .bytes = g_byte_array_new (), .is_whole = TRUE };
  Line line;

  begin_header (&skeleton, FALSE);
  while (take_line (&at, end, &line))
    {
      if (line.length >= 2 && line.text[0] == '-' && line.text[1] == '-')
        take_boundary (&skeleton, &line);
      else if (skeleton.in_header && line.length == 0)
        end_header (&skeleton);
      else if (skeleton.in_header)
        take_header_line (&skeleton, &line);
    }
  *is_whole = skeleton.is_whole;
  return g_byte_array_free_to_bytes (skeleton.bytes);
}
