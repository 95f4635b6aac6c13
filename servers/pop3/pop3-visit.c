/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-visit.h"

#include <string.h>

#include "servers/pop3/pop3-journal.h"

void
pop3_visit_note (const Pop3Visit *visit, guint log_ons, guint retrieved, DeviceTable *devices)
{
  Device device = { .address = *visit->address, .log_ons = log_ons, .retrieved = retrieved };

  g_strlcpy (device.user, visit->mailbox, sizeof device.user);
  g_strlcpy (device.how, pop3_journal_method_word (visit->method), sizeof device.how);
  if (visit->tls != NULL)
    g_strlcpy (device.tls, visit->tls, sizeof device.tls);
  device.tls[strcspn (device.tls, " ")] = '\0'; /* no cipher */
  device_table_note (devices, &device);
}
