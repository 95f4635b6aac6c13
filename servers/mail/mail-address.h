/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: mail-address
 *
 * A mail address as RFC 5321, section 4.1.2, writes it: a local-part, "@", and a domain or an
 * address literal. Also with letters of all scripts (RFC 6531): a local-part is kept as it came, in
 * UTF-8; a domain's labels become what DNS has for them ("bücher.example" is
 * "xn--bcher-kva.example"), so everything that looks at domains sees ASCII. An immutable value.
 */

typedef struct
{
  char *local_part; /* (owned) UTF-8, unquoted; "" for the null sender; its case is kept */
  char *
      domain; /* (owned) ASCII, lower case, without a trailing dot; "[192.0.2.1]" or "[ipv6:2001:db8::1]"
                   for a literal; "" for the null sender and for a bare "postmaster" */
} MailAddress;

/** The longest local-part, as it is written, and domain, in bytes (RFC 5321, section 4.5.3.1). */
#define MAIL_ADDRESS_LOCAL_PART_MAX 64
#define MAIL_ADDRESS_DOMAIN_MAX 255

/**
 * mail_address_parse:
 * @text: (array length=length): "joe@example.org", with no angle brackets; also a bare
 * "postmaster", in any case
 *
 * Takes no control byte, and nothing that is not UTF-8. A domain is names of letters, digits and
 * hyphens, or the literal of an IPv4 or IPv6 address; whether it exists is not asked.
 *
 * Returns: (transfer full): the address, or %NULL when @text is none
 */
MailAddress *mail_address_parse (const char *text, gsize length) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  MAIL_PATH_REVERSE, /* MAIL FROM: "<>" is the null sender */
  MAIL_PATH_FORWARD  /* RCPT TO: "<postmaster>" needs no domain */
} MailPathKind;

/**
 * mail_address_parse_path:
 * @text: (array length=length): begins with "<"
 * @taken: gets the length of the path, its ">" included
 *
 * Reads a Reverse-path or Forward-path. A source route, "<@a,@b:joe@c>" (RFC 5321, appendix C), is
 * read and ignored, as the RFC asks.
 *
 * Returns: (transfer full): the address, or %NULL when @text does not begin with a path
 */
MailAddress *mail_address_parse_path (const char *text,
                                      gsize length,
                                      MailPathKind kind,
                                      gsize *taken) G_GNUC_WARN_UNUSED_RESULT;

MailAddress *mail_address_copy (const MailAddress *address);
void mail_address_free (MailAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailAddress, mail_address_free)

gboolean mail_address_is_null (const MailAddress *address);

/** Whether every server can be given that address; others need SMTPUTF8 (RFC 6531). */
gboolean mail_address_is_ascii (const MailAddress *address);

/** Returns: (transfer full): the text, quoted where it must be, without angle brackets: `"a
 * b"@example.org`; "" for the null sender */
char *mail_address_to_string (const MailAddress *address);
