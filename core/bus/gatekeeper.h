/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

/**
 * SECTION: gatekeeper
 *
 * Decides who may call what. One table gives the polkit action of each method of our interfaces:
 * org.postern.view, org.postern.change or org.postern.control; a method that is not in the table is
 * refused to everyone.
 *
 * Where polkit has an owner on the bus (or can be started there), polkit decides, asynchronously,
 * with the question put to the user and no time-out of ours. Where it has not, only the user that
 * this process runs as, and root, may call. A polkit that vanishes or answers with an error means
 * no. A caller that leaves the bus takes its question along: polkit's dialog goes, and the method
 * is not called. As a bus lets nobody wait for more than some answers at once (the system's: 128), one
 * user's questions may not take them all: those beyond GATEKEEPER_MOST_QUESTIONS_OF_A_USER are refused.
 * Who is refused a change or the control of a server stands in the log.
 *
 * Where there is no bus, but a single peer, the peer started this process as the same user, and may
 * call all methods in the table.
 *
 * polkit is asked on the connection that the call came in on, be it the system's bus or a private
 * one.
 */

/** The actions, as polkit names them. */
#define GATEKEEPER_VIEW "org.postern.view"
#define GATEKEEPER_CHANGE "org.postern.change"
#define GATEKEEPER_CONTROL "org.postern.control"

/** Of one user, at polkit, at the same time: no window asks so much at once, but an agent that
 * never answers would. */
#define GATEKEEPER_MOST_QUESTIONS_OF_A_USER 32

typedef struct _Gatekeeper Gatekeeper;

Gatekeeper *gatekeeper_new (GDBusConnection *connection);

/** Calls that still wait for an answer are refused. */
void gatekeeper_free (Gatekeeper *gatekeeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Gatekeeper, gatekeeper_free)

/** What to do once the caller is let in. @invocation: (transfer full), to be answered. */
typedef void (*GatekeeperMethod) (GDBusMethodInvocation *invocation, gpointer user_data);

/**
 * gatekeeper_admit:
 * @invocation: (transfer full): a call that has just come in
 * @method: called later, from the main context, if the caller may; otherwise the call is answered
 * with NotAuthorized
 */
void gatekeeper_admit (Gatekeeper *gatekeeper,
                       GDBusMethodInvocation *invocation,
                       GatekeeperMethod method,
                       gpointer user_data);

/**
 * gatekeeper_admit_again:
 *
 * As gatekeeper_admit(), for a call that only ends what polkit has let the same bus connection
 * begin: polkit is not asked again. That it is the same connection, the caller of this has seen to.
 */
void gatekeeper_admit_again (Gatekeeper *gatekeeper,
                             GDBusMethodInvocation *invocation,
                             GatekeeperMethod method,
                             gpointer user_data);

/** Returns: (transfer full): the name of the user that made a call which has been admitted, "user
 * 1000" for one without. Asks the system's
 * databases of users, which may block. */
char *gatekeeper_caller_name (GDBusMethodInvocation *invocation);

/** Returns: (transfer none): the polkit action that a method asks for; %NULL for a method that
 * nobody may call */
const char *gatekeeper_action (const char *interface, const char *method);
