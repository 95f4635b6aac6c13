/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/listener.h"

/**
 * SECTION: reception
 *
 * Where the clients of a server come in: it listens, spreads the clients over its workers, knows
 * the conversations that are open, and ends them. What a conversation is, its owner knows. Main
 * thread only, where nothing else is said.
 */
typedef struct _Reception Reception;

/** The place of one conversation, for reception_leave(). */
typedef struct _ReceptionSeat ReceptionSeat;

/** One way in: its door is a number of the host's own enum. */
typedef ListenerDoor ReceptionDoor;

typedef struct
{
  /**
   * A client has come through @door. Returns its conversation, which calls reception_leave() with
   * @seat when it has ended, and not before the return. @fd: (transfer full). In @worker's thread.
   */
  gpointer (*begin) (gpointer user, Worker *worker, int fd, guint door, ReceptionSeat *seat);

  /** Asks the conversation to end soon, in the protocol's words. In its worker's thread. */
  void (*stop) (gpointer conversation);

  /**
   * Asks the conversation, which has got nowhere for @waited_seconds, to end for @newcomer's sake;
   * see reception_make_room(). Returns whether it does. One that has a good reason to stay, however
   * long it waits, calls reception_refresh(). In its worker's thread. May be %NULL.
   */
  gboolean (*give_way) (gpointer conversation, guint waited_seconds, gpointer newcomer);
} ReceptionHost;

/** @name: of the threads: "smtp" gives smtp-0, smtp-1. @host: lives as long as the process.
 * Takes nobody in yet. */
Reception *reception_new (const char *name,
                          guint n_workers,
                          const ReceptionHost *host,
                          gpointer user,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Listens on exactly the endpoints of @doors from now on; all or nothing, see
 * listener_group_apply(). */
gboolean reception_listen (Reception *reception,
                           const ReceptionDoor *doors,
                           guint n_doors,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): what is listened on, as text, NULL-terminated */
char **reception_endpoints (Reception *reception);

/** The same for one door. */
char **reception_door_endpoints (Reception *reception, guint door);

/** The conversation in @seat has ended. In its worker's thread. */
void reception_leave (ReceptionSeat *seat);

/** The conversation in @seat has got somewhere: it is the last one to be asked to give way. In its
 * worker's thread. */
void reception_refresh (ReceptionSeat *seat);

/**
 * reception_make_room:
 * @newcomer: the conversation that has just begun in @seat, and finds no room
 *
 * Asks conversations of the same worker to give way, those first that have got nowhere for longest,
 * and some only. Returns whether one did. In its worker's thread.
 */
gboolean reception_make_room (ReceptionSeat *seat, gpointer newcomer);

/** How many conversations there are, with those that are about to end. From any thread. */
guint reception_crowd (const ReceptionSeat *seat);

/** Takes nobody in any more, and asks every open conversation to stop. */
void reception_close (Reception *reception);

/** Closes where that was not done yet, waits for the last conversation, and ends the workers. */
void reception_free (Reception *reception);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reception, reception_free)
