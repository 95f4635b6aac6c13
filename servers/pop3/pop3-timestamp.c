/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-timestamp.h"

#include <sys/random.h>

#define RANDOM_BYTES 12

char *
pop3_timestamp_new (const char *host_name)
{
  guint8 bytes[RANDOM_BYTES];
  g_autoptr (GString) timestamp = g_string_new ("<");

  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    g_error ("the system gives no random bytes");
  for (gsize i = 0; i < sizeof bytes; i++)
    g_string_append_printf (timestamp, "%02x", bytes[i]);
  g_string_append_printf (timestamp, ".%" G_GINT64_FORMAT "@%s>",
                          g_get_real_time () / G_USEC_PER_SEC, host_name);
  return g_string_free (g_steal_pointer (&timestamp), FALSE);
}
