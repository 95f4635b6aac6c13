/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/feeder.h"

#include "servers/net/connection-tls.h"

static gsize
take_line (Feeder *feeder, const char *bytes, gsize length)
{
  Line line = line_reader_next (&feeder->lines, bytes, length);

  feeder->waiting = length - line.taken;
  switch (line.kind)
    {
    case LINE_PARTIAL:
      break;
    case LINE_TOO_LONG:
    case LINE_BROKEN:
      feeder->events->fault (feeder->user, line.kind);
      break;
    case LINE_WHOLE:
      feeder->events->line (feeder->user, line.text, line.length);
      break;
    }
  return line.taken;
}

static gboolean
may_go_on (Feeder *feeder)
{
  return feeder->events->is_ready (feeder->user) && !connection_tls_is_starting (feeder->connection)
         && !connection_is_congested (feeder->connection);
}

gsize
feeder_take (Feeder *feeder, const char *bytes, gsize length)
{
  gsize taken = 0;

  for (guint steps = 0; taken < length && may_go_on (feeder); steps++)
    {
      if (steps == FEEDER_STEPS_A_TURN)
        {
          connection_resume (feeder->connection);
          break;
        }

      gsize step = feeder->reads_content
                       ? feeder->events->content (feeder->user, bytes + taken, length - taken)
                       : take_line (feeder, bytes + taken, length - taken);
      if (step == 0)
        break;
      taken += step;
    }
  return taken;
}
