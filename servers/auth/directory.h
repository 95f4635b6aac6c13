/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "servers/auth/credentials.h"
#include "servers/mail/mail-address.h"

/**
 * SECTION: directory
 *
 * Who gets the mail for a local address: made from a settings snapshot (general.aliases,
 * general.postmaster, general.catch-all) and the users. Immutable and reference-counted; any
 * thread. A look-up costs the same with one alias and with a hundred thousand.
 *
 * The order, first match wins:
 *
 *   1. an alias, for the whole address before one for the name alone. So an alias wins over a user
 *      of that name, as with Postfix; one that names itself, "joe: joe, ann", means the mailbox.
 *   2. "postmaster", alone or at a local domain (RFC 5321, section 4.5.1), where
 *      general.postmaster says who that is
 *   3. a user, "joe@example.org" before "joe"
 *   4. "postmaster" again: the mailbox of that name, whether there is such a user or not
 *   5. general.catch-all
 *
 * A target without a domain is that name at the same domain as the address that led to it; for the
 * bare "postmaster" it is the first local domain without a wildcard. Targets are looked up in their
 * turn where they are local. Names are matched without regard to ASCII case. There are no
 * sub-addresses ("joe+list").
 *
 * Addresses that are handed in must be local ones (relay_policy_is_local()), unless said
 * otherwise. All functions ask the disk whether the users file has changed. With system users they
 * ask the system's name service, too, which may wait for a daemon of its own: not to be called from
 * an event loop then (worker_block()).
 */
typedef struct _Directory Directory;

typedef enum
{
  DIRECTORY_UNKNOWN,
  DIRECTORY_MAILBOX,
  DIRECTORY_ALIAS,
  DIRECTORY_POSTMASTER,
  DIRECTORY_CATCH_ALL,
  DIRECTORY_UNSURE /* the name service can't tell now whether there is such a user */
} DirectoryKind;

/** An alias that stands for more addresses than this is no alias: see directory_expand(). */
#define DIRECTORY_EXPANSION_MAX 10000

/** Rows of general.aliases that can't be used are said in the log. */
Directory *directory_new (const Settings *settings, Credentials *credentials);
Directory *directory_ref (Directory *directory);
void directory_unref (Directory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Directory, directory_unref)

/** What kind of address that is: which rule above it meets. */
DirectoryKind directory_look_up (Directory *directory, const MailAddress *address);

/**
 * directory_expand:
 *
 * The addresses that stand in the queue for a local address: mailboxes' own ones
 * ("joe@local.example", or "postmaster" as it came) and foreign ones. Each mailbox and each foreign
 * address is there once, targets of targets are followed, loops end. A target that is a local
 * address of nobody is there, too, as it is written: so the sender gets a bounce that names it; and
 * so is one that the name service can't tell about now, for who delivers to find out later.
 *
 * Returns: (transfer full) (element-type utf8): the addresses. None where the address can't take
 * mail: it is nobody's, or an alias that leads only to nobody or in a circle, or to more than
 * DIRECTORY_EXPANSION_MAX addresses (which the log says); refuse it then as an unknown user.
 * But a postmaster's address always has one, its own if need be.
 */
GPtrArray *directory_expand (Directory *directory, const MailAddress *address);

/**
 * Whether mail from @sender (local or not) may be said to be the own of the user whose mailbox is
 * @mailbox: the address is the mailbox's, or an alias or the postmaster's address that leads to it;
 * or the user's name is that very address. The null sender is nobody's, and the catch-all makes
 * nobody an owner.
 */
gboolean
directory_is_senders (Directory *directory, const char *mailbox, const MailAddress *sender);
