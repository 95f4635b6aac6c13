/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/network-list.h"

#include "core/settings/network-set.h"

NetworkList
network_list_take (IpNetwork *rows, gsize length)
{
  return (NetworkList){ .length = length,
                        .rows = rows,
                        .memory = g_bytes_new_take (rows, length * sizeof *rows) };
}

void
network_list_clear (NetworkList *list)
{
  g_clear_pointer (&list->memory, g_bytes_unref);
  g_clear_pointer (&list->set, network_set_unref);
  *list = (NetworkList){ 0 };
}
