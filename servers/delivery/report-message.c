/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/report-message.h"

Envelope *
report_message_new (Queue *queue,
                    const ReportFacts *facts,
                    const GPtrArray *recipients,
                    QueueBody **body,
                    GError **error)
{
  ReportFacts named = *facts;
  ReportNeeds needs;
  named.id = queue_reserve_id (queue);
  g_autoptr (GBytes) content = report_build (&named, &needs);
  g_autoptr (QueueBody) own_body = queue_body_new (queue);
  gsize length;
  const char *bytes = g_bytes_get_data (content, &length);
  if (!queue_body_append (own_body, bytes, length, error))
    return NULL;

  Envelope *report = envelope_new ("");
  report->id = named.id;
  report->eight_bit = needs.eight_bit;
  report->utf8 = needs.utf8;
  for (guint i = 0; i < recipients->len; i++)
    {
      const char *address = g_ptr_array_index (recipients, i);
      envelope_add_recipient (report, address);
      report->utf8 |= !g_str_is_ascii (address);
    }
  *body = g_steal_pointer (&own_body);
  return report;
}
