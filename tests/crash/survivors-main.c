/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue.h"

#include <stdio.h>
#include <unistd.h>

/* survivors QUEUE: opens the queue in that folder as the SMTP server and the delivery do when they
 * start, and prints what is in it:
 *
 *   message ID LENGTH RECIPIENT..., a line; LENGTH bytes follow
 *
 * with the recipients for whom something is to be done yet.
 *
 * Ends with a status of 1, and words, where something can't be opened or read. */

static gboolean
print_message (Queue *queue, const Envelope *envelope, GError **error)
{
  char id[ENVELOPE_ID_TEXT_MAX];
  gsize length;
  g_autoptr (GBytes) content = queue_content (queue, envelope->id, error);
  if (content == NULL)
    return FALSE;
  gconstpointer bytes = g_bytes_get_data (content, &length);
  printf ("message %s %zu", envelope_id_to_string (envelope->id, id), length);
  for (guint i = 0; i < envelope->recipients->len; i++)
    if (envelope_recipient (envelope, i)->state != RECIPIENT_DELIVERED)
      printf (" %s", envelope_recipient (envelope, i)->address);
  putchar ('\n');
  return fwrite (bytes, 1, length, stdout) == length;
}

static gboolean
print_queue (const char *folder, GError **error)
{
  g_autoptr (Queue) queue = queue_open (folder, error);
  if (queue == NULL || !queue_use_journal (queue, error) || !queue_clean (queue, error))
    return FALSE;
  g_autoptr (GPtrArray) envelopes = queue_list (queue, NULL, 0, error);
  if (envelopes == NULL)
    return FALSE;
  for (guint i = 0; i < envelopes->len; i++)
    if (!print_message (queue, g_ptr_array_index (envelopes, i), error))
      return FALSE;
  if (envelopes->len != queue_count (queue))
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "an envelope can't be read");
  return envelopes->len == queue_count (queue);
}

int
main (int count, char *arguments[])
{
  g_autoptr (GError) error = NULL;
  if (count != 2)
    g_error ("usage: survivors QUEUE");
  if (print_queue (arguments[1], &error))
    return 0;
  fprintf (stderr, "survivors: %s\n", error != NULL ? error->message : "cannot write");
  return 1;
}
