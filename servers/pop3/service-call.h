/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/settings/ip-network.h"

/**
 * SECTION: service-call
 *
 * What the bus services of the POP3 server have in common.
 */

/** Answers at @object_path of @connection, and no longer at a former one. A connection that does
 * not take the interface is said in the log. */
void service_call_export (GDBusInterfaceSkeleton *skeleton,
                          GDBusConnection *connection,
                          const char *object_path);

/** Answers nowhere any more. */
void service_call_unexport (GDBusInterfaceSkeleton *skeleton);

/** Reads the call's only argument, an address. On FALSE the call has been answered: it is none. */
gboolean service_call_read_address (GDBusMethodInvocation *invocation,
                                    IpAddress *address) G_GNUC_WARN_UNUSED_RESULT;

/** Answers the call: it failed, for trouble of ours. */
void service_call_fail (GDBusMethodInvocation *invocation, const GError *error);
