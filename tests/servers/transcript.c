/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/servers/transcript.h"

#include <string.h>

struct _Transcript
{
  char *path; /* (owned) */
  GPtrArray
      *said; /* (owned) (element-type utf8): the output since the last fed line, as in the file */
};

typedef struct
{
  char *path; /* (owned) */
  const TranscriptProtocol *protocol;
} TranscriptTest;

static void
fail (const Transcript *transcript, guint line, const char *expected, const char *found)
{
  g_test_message ("%s:%u: expected \"%s\", found \"%s\"", transcript->path, line, expected, found);
  g_printerr ("%s:%u: expected \"%s\", found \"%s\"\n", transcript->path, line, expected, found);
  g_test_fail ();
}

/* Bytes as they are written in a transcript. */
static char *
escape (const char *text, gsize length)
{
  GString *escaped = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      guint8 byte = text[i];

      if (byte == '\\')
        g_string_append (escaped, "\\\\");
      else if (byte == '\r' || byte == '\n' || byte == '\t')
        g_string_append (escaped, byte == '\r' ? "\\r" : byte == '\n' ? "\\n" : "\\t");
      else if (byte < ' ' || byte > '~')
        g_string_append_printf (escaped, "\\x%02X", byte);
      else
        g_string_append_c (escaped, byte);
    }
  return g_string_free (escaped, FALSE);
}

static GString *
unescape (const char *text)
{
  static const char names[] = "rnt0\\", bytes[] = "\r\n\t\0\\";
  GString *plain = g_string_new (NULL);

  for (; *text != '\0'; text++)
    {
      const char *name = text[0] == '\\' && text[1] != '\0' ? strchr (names, text[1]) : NULL;

      if (name != NULL)
        {
          g_string_append_c (plain, bytes[name - names]);
          text++;
        }
      else if (text[0] == '\\' && text[1] == 'x' && g_ascii_isxdigit (text[2])
               && g_ascii_isxdigit (text[3]))
        {
          g_string_append_c (plain,
                             g_ascii_xdigit_value (text[2]) * 16 + g_ascii_xdigit_value (text[3]));
          text += 3;
        }
      else
        g_string_append_c (plain, *text);
    }
  return plain;
}

void
transcript_put (Transcript *transcript, char kind, const char *text, gsize length)
{
  g_autofree char *escaped = escape (text, length);

  g_ptr_array_add (transcript->said,
                   g_strdup_printf (length > 0 ? "%c: %s" : "%c:", kind, escaped));
}

void
transcript_put_lines (Transcript *transcript, const char *lines, gsize length)
{
  const char *end = lines + length;

  while (lines < end)
    {
      const char *line_end = memmem (lines, end - lines, "\r\n", 2);

      if (line_end == NULL)
        {
          g_autofree char *rest = escape (lines, end - lines);
          fail (transcript, 0, "a line that ends in CR LF", rest);
          return;
        }
      transcript_put (transcript, 'S', lines, line_end - lines);
      lines = line_end + 2;
    }
}

/* Takes what was said, up to here, off the list: @expected is the next line of it. */
static gboolean
take_said (Transcript *transcript, guint line, const char *expected)
{
  const char *found = transcript->said->len > 0 ? transcript->said->pdata[0] : "nothing";

  if (strcmp (expected, found) != 0)
    {
      fail (transcript, line, expected, found);
      return FALSE;
    }
  g_ptr_array_remove_index (transcript->said, 0);
  return TRUE;
}

static gboolean
play_line (Transcript *transcript,
           const TranscriptProtocol *protocol,
           gpointer session,
           const char *text,
           guint line)
{
  g_autoptr (GString) plain = NULL;

  if (text[0] == '\0' || text[0] == '#')
    return TRUE;
  if (strchr ("CSQAX", text[0]) == NULL || text[1] != ':' || (text[2] != ' ' && text[2] != '\0'))
    {
      fail (transcript, line, "C:, S:, Q:, A:, X: or #", text);
      return FALSE;
    }
  if (text[0] == 'S' || text[0] == 'Q')
    return take_said (transcript, line, text);

  if (transcript->said->len > 0)
    {
      fail (transcript, line, text, transcript->said->pdata[0]);
      return FALSE;
    }
  plain = unescape (text[2] == '\0' ? "" : text + 3);
  protocol->feed (session, text[0], plain->str, plain->len);
  return TRUE;
}

static void
play (gconstpointer data)
{
  const TranscriptTest *test = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  g_auto (GStrv) lines = NULL;
  Transcript transcript = { test->path, g_ptr_array_new_with_free_func (g_free) };
  gpointer session;

  g_assert_true (g_file_get_contents (test->path, &content, NULL, &error));
  g_assert_no_error (error);
  lines = g_strsplit (content, "\n", 0);

  session = test->protocol->start (&transcript);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!play_line (&transcript, test->protocol, session, lines[i], i + 1))
      break;
  if (transcript.said->len > 0 && !g_test_failed ())
    fail (&transcript, g_strv_length (lines), "the end", transcript.said->pdata[0]);
  test->protocol->end (session);
  g_ptr_array_unref (transcript.said);
}

static void
transcript_test_free (gpointer data)
{
  TranscriptTest *test = data;

  g_free (test->path);
  g_free (test);
}

void
transcript_add_tests (const char *group, const char *folder, const TranscriptProtocol *protocol)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  guint count = 0;

  g_assert_no_error (error);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *test_path = NULL;
      TranscriptTest *test;

      if (!g_str_has_suffix (name, ".txt"))
        continue;
      test = g_new (TranscriptTest, 1);
      test->path = g_build_filename (folder, name, NULL);
      test->protocol = protocol;
      test_path
          = g_strdup_printf ("/%s/%.*s", group, (int) (strlen (name) - strlen (".txt")), name);
      g_test_add_data_func_full (test_path, test, play, transcript_test_free);
      count++;
    }
  g_assert_cmpuint (count, >, 0);
}
