/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/directory.h"

#include <string.h>

#include "core/settings/alias.h"
#include "servers/policy/domain-map.h"

#define POSTMASTER "postmaster"

struct _Directory
{
  Credentials *credentials; /* (owned) */
  DomainMap *local_domains; /* (owned) */
  GHashTable *aliases;      /* (owned) (element-type utf8 GStrv): the targets by the name */
  char *default_domain;     /* (owned) (nullable) the first local one without a wildcard */
  char *postmaster;         /* (owned) "" for nobody in particular */
  char *catch_all;          /* (owned) "" for nobody */
};

/* What an address leads to: a mailbox, or targets. */
typedef struct
{
  DirectoryKind kind;
  char *mailbox;                /* (owned) (nullable) */
  const char *const *targets;   /* (unowned) (nullable) NULL-terminated */
  const char *single_target[2]; /* what @targets is for the settings of one target */
} Finding;

/* One expansion: what was met, and what has come of it. */
typedef struct
{
  Directory *directory;  /* (unowned) */
  GHashTable *met;       /* (owned) addresses that were looked up, in lower case */
  GHashTable *mailboxes; /* (owned) those that are among the addresses already */
  GQueue waiting;        /* (element-type MailAddress) (owned) */
  GPtrArray *addresses;  /* (owned) (element-type utf8) */
  gboolean is_any_real;  /* one of them is a mailbox, or elsewhere */
  gboolean ignores_catch_all;
} Expansion;

/* --- Making --- */

static void
add_alias (Directory *directory, const char *row)
{
  g_auto (Alias) alias = { 0 };

  if (!alias_parse (row, &alias))
    {
      g_warning ("the alias \"%s\" is not understood; it is left out", row);
      return;
    }
  g_hash_table_insert (directory->aliases, g_steal_pointer (&alias.name),
                       g_steal_pointer (&alias.targets));
}

Directory *
directory_new (const Settings *settings, Credentials *credentials)
{
  const GeneralSettings *general = &settings->general;
  Directory *directory = g_atomic_rc_box_new0 (Directory);

  directory->credentials = credentials_ref (credentials);
  directory->local_domains = domain_map_new (general->local_domains);
  directory->aliases
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  directory->postmaster = g_strdup (general->postmaster);
  directory->catch_all = g_strdup (general->catch_all);
  for (char **row = general->aliases; *row != NULL; row++)
    add_alias (directory, *row);
  for (char **domain = general->local_domains; *domain != NULL; domain++)
    if (directory->default_domain == NULL && strchr (*domain, '*') == NULL)
      directory->default_domain = g_strdup (*domain);
  if (directory->default_domain == NULL && *general->postmaster != '\0'
      && strchr (general->postmaster, '@') == NULL)
    g_warning ("general.postmaster has no domain, and general.local-domains has none without a "
               "wildcard: mail for \"postmaster\" alone stays in the mailbox of that name");
  return directory;
}

Directory *
directory_ref (Directory *directory)
{
  return g_atomic_rc_box_acquire (directory);
}

static void
directory_clear (gpointer data)
{
  Directory *directory = data;

  credentials_unref (directory->credentials);
  domain_map_free (directory->local_domains);
  g_hash_table_unref (directory->aliases);
  g_free (directory->default_domain);
  g_free (directory->postmaster);
  g_free (directory->catch_all);
}

void
directory_unref (Directory *directory)
{
  g_atomic_rc_box_release_full (directory, directory_clear);
}

/* --- One step --- */

static gboolean
is_postmaster (const MailAddress *address)
{
  return g_ascii_strcasecmp (address->local_part, POSTMASTER) == 0;
}

/* As relay_policy_is_local() says it, by the same settings. */
static gboolean
is_local (Directory *directory, const MailAddress *address)
{
  if (*address->domain == '\0')
    return is_postmaster (address);
  return domain_map_match (directory->local_domains, address->domain);
}

/* Returns: (transfer full): the address in lower case, as aliases and mailboxes have it */
static char *
key_of (const MailAddress *address)
{
  g_autofree char *text = mail_address_to_string (address);

  return g_ascii_strdown (text, -1);
}

static const char *const *
find_alias (Directory *directory, const MailAddress *address)
{
  g_autofree char *whole = key_of (address);
  g_autofree char *name = g_ascii_strdown (address->local_part, -1);
  gpointer targets = g_hash_table_lookup (directory->aliases, whole);

  /* "sales@example.org"@example.net, quoted, is not sales@example.org. */
  if (strchr (address->local_part, '@') != NULL)
    return NULL;
  return targets != NULL ? targets : g_hash_table_lookup (directory->aliases, name);
}

static void
find_target (Finding *finding, DirectoryKind kind, const char *target)
{
  finding->kind = kind;
  finding->single_target[0] = target;
  finding->targets = finding->single_target;
}

/* The order of directory.h. */
static void
find (Directory *directory, const MailAddress *address, Finding *finding)
{
  gboolean is_unsure;

  *finding = (Finding){ .targets = find_alias (directory, address) };
  if (finding->targets != NULL)
    {
      finding->kind = DIRECTORY_ALIAS;
      return;
    }
  if (is_postmaster (address) && *directory->postmaster != '\0')
    {
      find_target (finding, DIRECTORY_POSTMASTER, directory->postmaster);
      return;
    }
  finding->mailbox = credentials_find_mailbox (directory->credentials, address->local_part,
                                               address->domain, &is_unsure);
  if (is_unsure)
    finding->kind = DIRECTORY_UNSURE;
  else if (finding->mailbox != NULL)
    finding->kind = is_postmaster (address) ? DIRECTORY_POSTMASTER : DIRECTORY_MAILBOX;
  else if (*directory->catch_all != '\0')
    find_target (finding, DIRECTORY_CATCH_ALL, directory->catch_all);
}

DirectoryKind
directory_look_up (Directory *directory, const MailAddress *address)
{
  Finding finding;

  find (directory, address, &finding);
  g_free (finding.mailbox);
  return finding.kind;
}

/* --- Expansion --- */

/* Returns: (transfer full) (nullable): the address of a target that @source led to */
static MailAddress *
parse_target (Directory *directory, const char *target, const MailAddress *source)
{
  const char *domain = *source->domain != '\0' ? source->domain : directory->default_domain;
  g_autofree char *text = NULL;

  if (strchr (target, '@') != NULL)
    return mail_address_parse (target, strlen (target));
  if (domain == NULL)
    return NULL;
  text = g_strconcat (target, "@", domain, NULL);
  return mail_address_parse (text, strlen (text));
}

static gboolean
is_full (const Expansion *expansion)
{
  return expansion->addresses->len > DIRECTORY_EXPANSION_MAX;
}

static void
add_address (Expansion *expansion, const MailAddress *address, gboolean is_real)
{
  g_ptr_array_add (expansion->addresses, mail_address_to_string (address));
  expansion->is_any_real |= is_real;
}

/* The mailbox's own address: the user's name where that is one, else the name at the domain that it
 * was found at. */
static void
add_mailbox (Expansion *expansion, const MailAddress *address, const char *mailbox)
{
  g_autofree char *name = g_strndup (mailbox, strcspn (mailbox, "@"));
  MailAddress own = { .local_part = name, .domain = address->domain };

  if (g_hash_table_add (expansion->mailboxes, g_strdup (mailbox)))
    add_address (expansion, &own, TRUE);
}

static void
add_self (Expansion *expansion, const MailAddress *address)
{
  Directory *directory = expansion->directory;
  gboolean is_unsure;
  g_autofree char *mailbox = credentials_find_mailbox (directory->credentials, address->local_part,
                                                       address->domain, &is_unsure);

  if (mailbox != NULL)
    add_mailbox (expansion, address, mailbox);
  else if (is_unsure)
    add_address (expansion, address, TRUE);
}

static void
follow_target (Expansion *expansion, const MailAddress *source, const char *text)
{
  g_autoptr (MailAddress) target = parse_target (expansion->directory, text, source);
  g_autofree char *key = NULL;
  g_autofree char *source_key = key_of (source);

  if (target == NULL)
    return;
  key = key_of (target);
  if (g_str_equal (key, source_key))
    add_self (expansion, target);
  else if (g_hash_table_add (expansion->met, g_steal_pointer (&key)))
    g_queue_push_tail (&expansion->waiting, g_steal_pointer (&target));
}

static void
follow (Expansion *expansion, const MailAddress *address)
{
  Finding finding;

  if (!is_local (expansion->directory, address))
    {
      add_address (expansion, address, TRUE);
      return;
    }
  find (expansion->directory, address, &finding);
  if (finding.kind == DIRECTORY_CATCH_ALL && expansion->ignores_catch_all)
    return;
  if (finding.mailbox != NULL)
    add_mailbox (expansion, address, finding.mailbox);
  else if (finding.targets == NULL)
    add_address (expansion, address, finding.kind == DIRECTORY_UNSURE);
  for (gsize i = 0; finding.targets != NULL && finding.targets[i] != NULL; i++)
    follow_target (expansion, address, finding.targets[i]);
  g_free (finding.mailbox);
}

static void
expansion_clear (Expansion *expansion)
{
  g_queue_clear_full (&expansion->waiting, (GDestroyNotify) mail_address_free);
  g_hash_table_unref (expansion->met);
  g_hash_table_unref (expansion->mailboxes);
  g_ptr_array_unref (expansion->addresses);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Expansion, expansion_clear)

static Expansion
expand (Directory *directory, const MailAddress *start, gboolean ignores_catch_all)
{
  Expansion expansion = {
    .directory = directory,
    .met = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .mailboxes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .waiting = G_QUEUE_INIT,
    .addresses = g_ptr_array_new_with_free_func (g_free),
    .ignores_catch_all = ignores_catch_all,
  };

  g_hash_table_add (expansion.met, key_of (start));
  g_queue_push_tail (&expansion.waiting, mail_address_copy (start));
  while (!g_queue_is_empty (&expansion.waiting) && !is_full (&expansion))
    {
      g_autoptr (MailAddress) address = g_queue_pop_head (&expansion.waiting);

      follow (&expansion, address);
    }
  return expansion;
}

GPtrArray *
directory_expand (Directory *directory, const MailAddress *address)
{
  g_auto (Expansion) expansion = expand (directory, address, FALSE);
  g_autofree char *text = mail_address_to_string (address);

  if (is_full (&expansion))
    g_warning ("%s leads to more than %d addresses, so it takes no mail", text,
               DIRECTORY_EXPANSION_MAX);
  if (expansion.is_any_real && !is_full (&expansion))
    return g_ptr_array_ref (expansion.addresses);

  g_ptr_array_set_size (expansion.addresses, 0);
  if (is_postmaster (address))
    g_ptr_array_add (expansion.addresses, g_steal_pointer (&text));
  return g_ptr_array_ref (expansion.addresses);
}

gboolean
directory_is_senders (Directory *directory, const char *mailbox, const MailAddress *sender)
{
  g_autofree char *key = key_of (sender);

  if (mail_address_is_null (sender))
    return FALSE;
  if (g_str_equal (key, mailbox))
    return TRUE;
  if (!is_local (directory, sender))
    return FALSE;

  g_auto (Expansion) expansion = expand (directory, sender, TRUE);
  return g_hash_table_contains (expansion.mailboxes, mailbox);
}
