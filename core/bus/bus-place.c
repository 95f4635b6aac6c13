/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/bus/bus-place.h"

const BusPlace BUS_PLACE_SERVER[BUS_PLACE_SERVERS] = {
  { "smtp", "org.postern.SmtpServer1", "/org/postern/SmtpServer1" },
  { "pop3", "org.postern.Pop3Server1", "/org/postern/Pop3Server1" },
  { "delivery", "org.postern.Delivery1", "/org/postern/Delivery1" },
};

const BusPlace *
bus_place_find (const char *server)
{
  for (gsize i = 0; i < BUS_PLACE_SERVERS; i++)
    if (g_str_equal (BUS_PLACE_SERVER[i].server, server))
      return &BUS_PLACE_SERVER[i];
  return NULL;
}
