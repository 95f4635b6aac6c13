/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

typedef struct _NetworkSet NetworkSet;

/** The rows of a list of networks. All zero is an empty list. */
typedef struct
{
  gsize length;
  const IpNetwork *rows; /* in the order of the document, no doubles */
  GBytes *memory;        /* (owned) (nullable): what the rows lie in */
  NetworkSet *set;       /* (owned) (nullable): the rows arranged for look-up: network-set */
} NetworkList;

/** Returns: a list of the rows. @rows: (transfer full) (array length=length): from g_new() */
NetworkList network_list_take (IpNetwork *rows, gsize length);

/** Frees what the list owns, and leaves it empty. */
void network_list_clear (NetworkList *list);
