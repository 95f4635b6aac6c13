/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/seven-bit.h"

#include <gmime/gmime.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeStream, g_object_unref)

#define DEPTH_MAX 50

struct _SevenBitJob
{
  GBytes *content;   /* (owned) */
  GBytes *converted; /* (owned) (nullable) */
  SevenBitDone done; /* (nullable) %NULL when it was cancelled */
  gpointer user_data;
};

static gboolean
has_eight_bit_body (const GByteArray *message)
{
  const guint8 *body = memmem (message->data, message->len, "\r\n\r\n", 4);
  const guint8 *end = message->data + message->len;
  for (const guint8 *at = body; at != NULL && at < end; at++)
    if (*at >= 0x80)
      return TRUE;
  return FALSE;
}

static GMimeMessage *
parse (GBytes *content)
{
  gsize length;
  const char *bytes = g_bytes_get_data (content, &length);
  if (length == 0)
    return NULL;
  g_autoptr (GMimeStream) stream = g_mime_stream_mem_new_with_buffer (bytes, length);
  g_autoptr (GMimeParser) parser = g_mime_parser_new_with_stream (stream);
  return g_mime_parser_construct_message (parser, NULL);
}

/* A part that holds others says of itself only what holds of all of them. */
static void
tone_down (GMimeObject *object)
{
  const char *encoding = g_mime_object_get_header (object, "Content-Transfer-Encoding");
  if (encoding != NULL)
    g_mime_object_set_header (object, "Content-Transfer-Encoding", "7bit", NULL);
}

/* Returns FALSE where parts lie in each other too deep, or lack what they should be made of. */
static gboolean
encode (GMimeObject *object, guint depth)
{
  if (depth > DEPTH_MAX
      || (GMIME_IS_PART (object) && g_mime_part_get_content (GMIME_PART (object)) == NULL))
    return FALSE;
  if (GMIME_IS_PART (object))
    g_mime_object_encode (object, GMIME_ENCODING_CONSTRAINT_7BIT);
  if (GMIME_IS_MULTIPART_SIGNED (object) || GMIME_IS_MULTIPART_ENCRYPTED (object))
    return TRUE;
  if (GMIME_IS_MULTIPART (object))
    {
      tone_down (object);
      for (int i = 0; i < g_mime_multipart_get_count (GMIME_MULTIPART (object)); i++)
        if (!encode (g_mime_multipart_get_part (GMIME_MULTIPART (object), i), depth + 1))
          return FALSE;
    }
  GMimeMessage *inner = GMIME_IS_MESSAGE_PART (object)
                            ? g_mime_message_part_get_message (GMIME_MESSAGE_PART (object))
                            : NULL;
  if (inner == NULL)
    return TRUE;
  tone_down (object);
  return encode (g_mime_message_get_mime_part (inner), depth + 1);
}

/* GMime leaves line ends as LF in front of the first part and behind the last one; and what lay there
 * encoded may hold what no line may. Returns: (transfer full) (nullable) */
static GByteArray *
with_line_ends (const GByteArray *message)
{
  g_autoptr (GByteArray) lines = g_byte_array_sized_new (message->len + 2);
  guint8 before = '\0';
  for (guint i = 0; i < message->len; i++)
    {
      guint8 byte = message->data[i];
      if (byte == '\0' || (before == '\r' && byte != '\n'))
        return NULL;
      if (byte == '\n' && before != '\r')
        g_byte_array_append (lines, (const guint8 *) "\r", 1);
      g_byte_array_append (lines, &byte, 1);
      before = byte;
    }
  if (before == '\r')
    return NULL;
  if (before != '\n')
    g_byte_array_append (lines, (const guint8 *) "\r\n", 2);
  return g_steal_pointer (&lines);
}

/* A message of before MIME becomes one of MIME by this. */
static void
add_version (GMimeMessage *message)
{
  if (g_mime_object_get_header (GMIME_OBJECT (message), "MIME-Version") == NULL)
    g_mime_object_set_header (GMIME_OBJECT (message), "MIME-Version", "1.0", NULL);
}

GBytes *
seven_bit_convert (GBytes *content)
{
  static gsize is_ready = 0;
  if (g_once_init_enter (&is_ready))
    {
      g_mime_init ();
      g_once_init_leave (&is_ready, 1);
    }
  g_autoptr (GMimeMessage) message = parse (content);
  GMimeObject *root = message != NULL ? g_mime_message_get_mime_part (message) : NULL;
  if (root == NULL || !encode (root, 0))
    return NULL;
  add_version (message);

  g_autoptr (GByteArray) written = g_byte_array_new ();
  g_autoptr (GMimeStream) stream = g_mime_stream_mem_new_with_byte_array (written);
  g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (stream), FALSE);
  GMimeFormatOptions *options = g_mime_format_options_new ();
  g_mime_format_options_set_newline_format (options, GMIME_NEWLINE_FORMAT_DOS);
  gssize result = g_mime_object_write_to_stream (GMIME_OBJECT (message), options, stream);
  g_mime_format_options_free (options);
  g_autoptr (GByteArray) lines = result >= 0 ? with_line_ends (written) : NULL;
  if (lines == NULL || has_eight_bit_body (lines))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&lines));
}

static void
convert (gpointer data)
{
  SevenBitJob *job = data;
  job->converted = seven_bit_convert (job->content);
}

static void
after_convert (gpointer data)
{
  SevenBitJob *job = data;
  if (job->done != NULL)
    job->done (job->user_data, job->converted);
  g_clear_pointer (&job->converted, g_bytes_unref);
  g_bytes_unref (job->content);
  g_free (job);
}

SevenBitJob *
seven_bit_job_start (Worker *worker, GBytes *content, SevenBitDone done, gpointer user_data)
{
  SevenBitJob *job = g_new0 (SevenBitJob, 1);
  job->content = g_bytes_ref (content);
  job->done = done;
  job->user_data = user_data;
  worker_block (worker, convert, after_convert, job);
  return job;
}

void
seven_bit_job_cancel (SevenBitJob *job)
{
  job->done = NULL;
}
