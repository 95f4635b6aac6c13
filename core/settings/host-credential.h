/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/mail-router.h"

typedef enum
{
  HOST_CREDENTIAL_PLAIN,  /* AUTH PLAIN (RFC 4616) */
  HOST_CREDENTIAL_LOGIN,  /* AUTH LOGIN */
  HOST_CREDENTIAL_XOAUTH2 /* AUTH XOAUTH2 with a token by client credentials (RFC 6749, 4.4) */
} HostCredentialMethod;

/** How a host that mail is handed to is logged on to: a row of smtp.delivery.credentials. */
typedef struct
{
  MailRouter host; /* as in the mail router or the route; its port is 25 where the row has none */
  HostCredentialMethod method;
  char *user;          /* (owned) */
  char *secret_file;   /* (owned) holds the password or the client's secret, and nothing else but an
                          end of line */
  char *client_id;     /* (owned) (nullable): of XOAUTH2, as the next two */
  char *token_address; /* (owned) (nullable): an https: URL; http: for a loopback address only */
  char *scope;         /* (owned) (nullable) */
} HostCredential;

/**
 * Reads "mail.example.net:587 plain joe secret" or "mail.example.net:587 xoauth2 joe@example.org
 * secret CLIENT-ID TOKEN-ADDRESS SCOPE"; a blank in a word has a backslash in front of it. Returns
 * FALSE, and leaves @credential alone, for anything else.
 */
gboolean host_credential_parse (const char *text,
                                HostCredential *credential) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): the row in its normal form */
char *host_credential_to_text (const HostCredential *credential);

/** Lets a relative name of the secret's file start at @folder, which must be absolute. */
void host_credential_make_absolute (HostCredential *credential, const char *folder);

void host_credential_clear (HostCredential *credential);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HostCredential, host_credential_clear)
