/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: gatekeeper
 *
 * Decides who may call what. One table gives the polkit action of each method of our interfaces: org.postern.view,
 * org.postern.change or org.postern.control; a method that is not in the table is refused to everyone.
 *
 * Where polkit has an owner on the bus (or can be started there), polkit decides, asynchronously, with the question put to the
 * user and no time-out of ours. Where it has not, only the user that this process runs as, and root, may call. A polkit that
 * vanishes or answers with an error means no.
 */

typedef struct _Gatekeeper Gatekeeper;

Gatekeeper *gatekeeper_new (GDBusConnection *connection);
void gatekeeper_free (Gatekeeper *gatekeeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Gatekeeper, gatekeeper_free)

/** What to do once the caller is let in. @invocation: (transfer full), to be answered. */
typedef void (*GatekeeperMethod) (GDBusMethodInvocation *invocation, gpointer user_data);

/**
 * gatekeeper_admit:
 * @invocation: (transfer full): a call that has just come in
 * @method: called later, from the main context, if the caller may; otherwise the call is answered with NotAuthorized
 */
void gatekeeper_admit (Gatekeeper *gatekeeper, GDBusMethodInvocation *invocation, GatekeeperMethod method, gpointer user_data);
