/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/dns/blocklist.h"

#include "core/settings/host-name.h"
#include "servers/dns/dns.h"

#include <string.h>

#define IPV4_START 12 /* in an IpAddress */
#define NAME_MAX_LENGTH 253

struct _Blocklist
{
  Dns *dns; /* (owned) */
  uv_loop_t *loop;
  BlocklistMemory *memory;
  GHashTable *lookups;   /* (owned) (element-type Lookup): name -> the look-up under way */
  GHashTable *inquiries; /* (owned) (element-type Inquiry): a set of those that wait */
  gboolean is_closing;
};

/* One list is asked about one address. */
typedef struct
{
  Blocklist *blocklist;
  char *name;             /* (owned), also the key */
  char *list;             /* (owned) */
  BlocklistRecord record; /* as far as it is known */
  guint seconds;          /* how long that holds */
  GPtrArray *waiting;     /* (element-type Inquiry), unowned */
} Lookup;

typedef enum
{
  FINDING_OPEN,
  FINDING_CLEAN,
  FINDING_LISTED
} FindingKind;

/* What one list says, as far as one inquiry is concerned. */
typedef struct
{
  char *list; /* (owned) */
  FindingKind kind;
  Lookup *lookup; /* (unowned) (nullable): where it is open */
  char text[DNS_TEXT_MAX + 1];
} Finding;

/* All lists are asked about one client. */
typedef struct
{
  Blocklist *blocklist;
  IpAddress address;
  BlocklistMatch match;
  GArray *findings;  /* (element-type Finding), in the order of the lists */
  uv_timer_t *timer; /* (owned by the loop) (nullable) */
  gboolean is_begun; /* all lists have been asked: before that nothing is answered */
  BlocklistDone done;
  gpointer user_data;
} Inquiry;

/* --- Names --- */

/* RFC 5782, sections 2.1 and 2.4: 192.0.2.99 becomes 99.2.0.192.bl.example, and an IPv6 address its
 * 32 hexadecimal digits, the last one first. %NULL when that is no name. */
static char *
name_to_ask_for (const IpAddress *address, const char *list)
{
  g_autoptr (GString) name = g_string_new (NULL);

  if (!host_name_is_valid (list))
    return NULL;
  if (ip_address_is_ipv4 (address))
    for (gsize i = sizeof address->bytes; i > IPV4_START; i--)
      g_string_append_printf (name, "%u.", address->bytes[i - 1]);
  else
    for (gsize i = sizeof address->bytes; i > 0; i--)
      g_string_append_printf (name, "%x.%x.", address->bytes[i - 1] & 0xfu,
                              (guint) address->bytes[i - 1] >> 4);
  g_string_append (name, list);
  return name->len <= NAME_MAX_LENGTH ? g_string_free (g_steal_pointer (&name), FALSE) : NULL;
}

/* --- Inquiries --- */

static void
finding_clear (Finding *finding)
{
  g_free (finding->list);
}

static Inquiry *
inquiry_new (Blocklist *blocklist, const IpAddress *address, BlocklistMatch match)
{
  Inquiry *inquiry = g_new0 (Inquiry, 1);

  inquiry->blocklist = blocklist;
  inquiry->address = *address;
  inquiry->match = match;
  inquiry->findings = g_array_new (FALSE, TRUE, sizeof (Finding));
  g_array_set_clear_func (inquiry->findings, (GDestroyNotify) finding_clear);
  return inquiry;
}

static Finding *
inquiry_finding (Inquiry *inquiry, guint index)
{
  return &g_array_index (inquiry->findings, Finding, index);
}

static void
free_handle (uv_handle_t *handle)
{
  g_free (handle);
}

static void
inquiry_free (Inquiry *inquiry)
{
  for (guint i = 0; i < inquiry->findings->len; i++)
    {
      Finding *finding = inquiry_finding (inquiry, i);

      if (finding->lookup != NULL)
        g_ptr_array_remove_fast (finding->lookup->waiting, inquiry);
    }
  if (inquiry->timer != NULL)
    uv_close ((uv_handle_t *) inquiry->timer, free_handle);
  g_array_unref (inquiry->findings);
  g_free (inquiry);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Inquiry, inquiry_free)

/* How many lists say so; and the first of them. */
static guint
count (Inquiry *inquiry, FindingKind kind, Finding **first)
{
  guint number = 0;

  for (guint i = inquiry->findings->len; i > 0; i--)
    if (inquiry_finding (inquiry, i - 1)->kind == kind)
      {
        *first = inquiry_finding (inquiry, i - 1);
        number++;
      }
  return number;
}

static void
give_answer (Inquiry *inquiry, const Finding *listed)
{
  g_autoptr (Inquiry) ended = inquiry;
  BlocklistAnswer result = { listed != NULL, "", "" };

  if (listed != NULL)
    {
      result.list = listed->list;
      result.text = listed->text;
    }
  g_hash_table_remove (inquiry->blocklist->inquiries, inquiry);
  inquiry->done (inquiry->user_data, &result);
}

/* Gives the answer as soon as nothing more can change it. Returns FALSE while it is to be waited
 * for. */
static gboolean
try_to_answer (Inquiry *inquiry)
{
  Finding *listed = NULL, *ignored = NULL;

  if (!inquiry->is_begun)
    return FALSE;
  guint n_listed = count (inquiry, FINDING_LISTED, &listed);
  guint n_clean = count (inquiry, FINDING_CLEAN, &ignored);
  gboolean is_whole = n_listed + n_clean == inquiry->findings->len;

  if (inquiry->match == BLOCKLIST_MATCH_ALL && n_clean > 0)
    give_answer (inquiry, NULL);
  else if (is_whole || (inquiry->match == BLOCKLIST_MATCH_ANY && n_listed > 0))
    give_answer (inquiry, listed);
  else
    return FALSE;
  return TRUE;
}

static void
finding_settle (Finding *finding, const BlocklistRecord *record)
{
  finding->lookup = NULL;
  finding->kind = record->is_listed ? FINDING_LISTED : FINDING_CLEAN;
  g_strlcpy (finding->text, record->text, sizeof finding->text);
}

/* The time is over. A list that has said yes, but not yet why, has said yes. */
static void
inquiry_end (Inquiry *inquiry)
{
  for (guint i = 0; i < inquiry->findings->len; i++)
    {
      Finding *finding = inquiry_finding (inquiry, i);

      if (finding->kind != FINDING_OPEN)
        continue;
      g_ptr_array_remove_fast (finding->lookup->waiting, inquiry);
      finding_settle (finding, &finding->lookup->record);
    }
  try_to_answer (inquiry);
}

static void
on_time_over (uv_timer_t *timer)
{
  inquiry_end (timer->data);
}

/* --- Look-ups --- */

static void
lookup_free (Lookup *lookup)
{
  g_free (lookup->name);
  g_free (lookup->list);
  g_ptr_array_unref (lookup->waiting);
  g_free (lookup);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lookup, lookup_free)

static void
tell (Inquiry *inquiry, const Lookup *lookup)
{
  for (guint i = 0; i < inquiry->findings->len; i++)
    if (inquiry_finding (inquiry, i)->lookup == lookup)
      finding_settle (inquiry_finding (inquiry, i), &lookup->record);
  try_to_answer (inquiry);
}

static void
lookup_end (Lookup *lookup)
{
  g_autoptr (Lookup) ended = lookup;

  g_hash_table_remove (lookup->blocklist->lookups, lookup->name);
  while (lookup->waiting->len > 0)
    tell (g_ptr_array_steal_index_fast (lookup->waiting, lookup->waiting->len - 1), lookup);
}

static void
lookup_learn (Lookup *lookup)
{
  blocklist_memory_learn (lookup->blocklist->memory, lookup->name, &lookup->record,
                          lookup->seconds);
  lookup_end (lookup);
}

static void
on_text (gpointer user_data, DnsStatus status, const char *text)
{
  Lookup *lookup = user_data;

  g_strlcpy (lookup->record.text, text, sizeof lookup->record.text);
  lookup_learn (lookup);
}

/* Whether one of the addresses lists the client; those that do not are said in the log. */
static gboolean
read_listing (Lookup *lookup, GArray *addresses)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      const IpAddress *address = &g_array_index (addresses, IpAddress, i);
      const guint8 *ipv4 = address->bytes + IPV4_START;

      if (ipv4[0] == 127 && !(ipv4[1] == 255 && ipv4[2] == 255))
        return TRUE;
    }
  blocklist_memory_refused (lookup->blocklist->memory, lookup->list,
                            &g_array_index (addresses, IpAddress, 0));
  return FALSE;
}

static void
on_ipv4 (gpointer user_data, DnsStatus status, GArray *addresses, guint seconds)
{
  Lookup *lookup = user_data;
  Blocklist *blocklist = lookup->blocklist;

  if (status == DNS_TROUBLE)
    {
      if (!blocklist->is_closing)
        blocklist_memory_failed (blocklist->memory, lookup->list);
      lookup_end (lookup);
      return;
    }
  blocklist_memory_answered (blocklist->memory, lookup->list);
  lookup->seconds = seconds;
  lookup->record.is_listed = status == DNS_FOUND && read_listing (lookup, addresses);
  if (lookup->record.is_listed)
    dns_find_text (blocklist->dns, lookup->name, on_text, lookup);
  else
    lookup_learn (lookup);
}

static void
lookup_begin (Blocklist *blocklist, Inquiry *inquiry, guint index, const char *name)
{
  Finding *finding = inquiry_finding (inquiry, index);
  Lookup *lookup = g_hash_table_lookup (blocklist->lookups, name);
  gboolean is_new = lookup == NULL;

  if (is_new)
    {
      lookup = g_new0 (Lookup, 1);
      lookup->blocklist = blocklist;
      lookup->name = g_strdup (name);
      lookup->list = g_strdup (finding->list);
      lookup->waiting = g_ptr_array_new ();
      g_hash_table_insert (blocklist->lookups, lookup->name, lookup);
    }
  finding->lookup = lookup;
  g_ptr_array_add (lookup->waiting, inquiry);
  if (is_new)
    dns_find_ipv4 (blocklist->dns, lookup->name, on_ipv4, lookup);
}

/* --- Questions --- */

/* What is known of one list without waiting, or else a look-up. */
static void
ask_list (Inquiry *inquiry, guint index)
{
  Blocklist *blocklist = inquiry->blocklist;
  Finding *finding = inquiry_finding (inquiry, index);
  g_autofree char *name = name_to_ask_for (&inquiry->address, finding->list);
  BlocklistRecord record = { FALSE };

  if (name == NULL || blocklist->is_closing
      || blocklist_memory_look_up (blocklist->memory, name, &record)
      || (!g_hash_table_contains (blocklist->lookups, name)
          && !blocklist_memory_admits (blocklist->memory, finding->list)))
    finding_settle (finding, &record);
  else
    lookup_begin (blocklist, inquiry, index, name);
}

static void
start_timer (Inquiry *inquiry)
{
  inquiry->timer = g_new0 (uv_timer_t, 1);
  uv_timer_init (inquiry->blocklist->loop, inquiry->timer);
  inquiry->timer->data = inquiry;
  uv_timer_start (inquiry->timer, on_time_over, BLOCKLIST_SECONDS * 1000, 0);
}

void
blocklist_ask (Blocklist *blocklist,
               char *const *lists,
               BlocklistMatch match,
               const IpAddress *address,
               BlocklistDone done,
               gpointer user_data)
{
  Inquiry *inquiry = inquiry_new (blocklist, address, match);

  inquiry->done = done;
  inquiry->user_data = user_data;
  g_hash_table_add (blocklist->inquiries, inquiry);
  g_array_set_size (inquiry->findings, g_strv_length ((char **) lists));
  for (guint i = 0; i < inquiry->findings->len; i++)
    inquiry_finding (inquiry, i)->list = g_strdup (lists[i]);
  for (guint i = 0; i < inquiry->findings->len; i++)
    ask_list (inquiry, i);

  inquiry->is_begun = TRUE;
  if (!try_to_answer (inquiry))
    start_timer (inquiry);
}

Blocklist *
blocklist_new (Worker *worker, BlocklistMemory *memory, const char *resolver, GError **error)
{
  Dns *dns = dns_new_hasty (worker, resolver, error);
  if (dns == NULL)
    return NULL;

  Blocklist *blocklist = g_new0 (Blocklist, 1);
  blocklist->dns = dns;
  blocklist->loop = worker_loop (worker);
  blocklist->memory = memory;
  blocklist->lookups = g_hash_table_new (g_str_hash, g_str_equal);
  blocklist->inquiries = g_hash_table_new (NULL, NULL);
  return blocklist;
}

void
blocklist_free (Blocklist *blocklist)
{
  if (blocklist == NULL)
    return;
  blocklist->is_closing = TRUE;
  g_autoptr (GList) open = g_hash_table_get_keys (blocklist->inquiries);
  for (GList *at = open; at != NULL; at = at->next)
    inquiry_end (at->data);
  dns_free (blocklist->dns); /* which ends the look-ups */
  g_hash_table_unref (blocklist->lookups);
  g_hash_table_unref (blocklist->inquiries);
  g_free (blocklist);
}

char *
blocklist_answer_to_reason (const BlocklistAnswer *answer, const IpAddress *address)
{
  char text[IP_NETWORK_TEXT_MAX];
  gboolean has_text = *answer->text != '\0';

  return g_strdup_printf (
      "Connection refused: %s is listed by %s%s%s%s; ask there to have it taken "
      "off",
      ip_address_to_string (address, text), answer->list, has_text ? " (" : "", answer->text,
      has_text ? ")" : "");
}
