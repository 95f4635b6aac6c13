/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/reception.h"
#include "servers/pop3/pop3-reply.h"
#include "servers/pop3/pop3-services.h"

/**
 * SECTION: pop3-place
 *
 * A session's place among those that may be open at the same time: in all, and of one address. A
 * client that finds none is told so, and takes none while it goes: it must not keep others out.
 * Where all are taken, a newcomer gets the place of one who has not logged on for longest: see
 * client_tally_gives_way(). In the worker's thread.
 */
typedef struct
{
  Pop3Services *services; /* (unowned) (nullable): %NULL for no place */
  IpAddress address;      /* the client's */
  gboolean comes_first;   /* where room has to be made: it has logged on before */
} Pop3Place;

/** Takes a place, before anybody has the @seat for @newcomer. Returns POP3_REPLY_NONE, or what to say
 * to the client that found none. */
Pop3Reply pop3_place_take (Pop3Place *place,
                           Pop3Services *services,
                           const IpAddress *address,
                           ReceptionSeat *seat,
                           gpointer newcomer);

/** Gives the place back; may be called again. */
void pop3_place_leave (Pop3Place *place);
