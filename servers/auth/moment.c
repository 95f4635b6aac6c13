/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/moment.h"

#include <gio/gio.h>
#include <string.h>
#include <time.h>

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"
#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)

/* Boot id (16 bytes), boot time (8), wall time (8); numbers are big-endian. */
#define BOOT_TIME_AT 16
#define WALL_TIME_AT 24

/* "6f1d6a0c-..." with a newline: 32 hexadecimal digits, between them hyphens. */
static gboolean
parse_boot_id (const char *text, guint8 boot_id[16])
{
  guint digits = 0;

  memset (boot_id, 0, 16);
  for (; *text != '\0' && digits < 32; text++)
    {
      if (*text == '-')
        continue;
      if (!g_ascii_isxdigit (*text))
        return FALSE;

      guint8 *byte = &boot_id[digits / 2];
      *byte = (guint8) (*byte << 4 | g_ascii_xdigit_value (*text));
      digits++;
    }

  return digits == 32;
}

static gboolean
read_boot_id (guint8 boot_id[16], GError **error)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (BOOT_ID_FILE, &text, NULL, error))
    return FALSE;
  if (parse_boot_id (text, boot_id))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s holds no boot id", BOOT_ID_FILE);
  return FALSE;
}

gboolean
moment_is_supported (GError **error)
{
  guint8 boot_id[16];
  return read_boot_id (boot_id, error);
}

void
moment_read (Moment *now, gpointer unused)
{
  static gsize is_read;
  static guint8 boot_id[16];
  struct timespec boot_time;

  if (g_once_init_enter (&is_read))
    {
      g_autoptr (GError) error = NULL;
      if (!read_boot_id (boot_id, &error))
        g_error ("%s", error->message);
      g_once_init_leave (&is_read, TRUE);
    }

  clock_gettime (CLOCK_BOOTTIME, &boot_time);
  now->boot_time_ns = boot_time.tv_sec * NS_PER_SECOND + boot_time.tv_nsec;
  now->wall_time = g_get_real_time () / G_USEC_PER_SEC;
  memcpy (now->boot_id, boot_id, sizeof boot_id);
}

static void
put_number (guint8 *bytes, gint64 number)
{
  guint64 wire = GUINT64_TO_BE ((guint64) number);
  memcpy (bytes, &wire, sizeof wire);
}

static gint64
get_number (const guint8 *bytes)
{
  guint64 wire;
  memcpy (&wire, bytes, sizeof wire);
  return (gint64) GUINT64_FROM_BE (wire);
}

void
moment_to_bytes (const Moment *moment, guint8 bytes[MOMENT_BYTES])
{
  memcpy (bytes, moment->boot_id, sizeof moment->boot_id);
  put_number (bytes + BOOT_TIME_AT, moment->boot_time_ns);
  put_number (bytes + WALL_TIME_AT, moment->wall_time);
}

void
moment_from_bytes (const guint8 bytes[MOMENT_BYTES], Moment *moment)
{
  memcpy (moment->boot_id, bytes, sizeof moment->boot_id);
  moment->boot_time_ns = get_number (bytes + BOOT_TIME_AT);
  moment->wall_time = get_number (bytes + WALL_TIME_AT);
}

/*
 * The wall clock may have been set back while the system was down, which would make the moment
 * younger than it is; so the time since the boot, which came after it, is the least that its age
 * can be.
 */
static gboolean
age_after_reboot (const Moment *then, const Moment *now, gint64 *age_ns)
{
  gint64 seconds;

  if (__builtin_sub_overflow (now->wall_time, then->wall_time, &seconds) || seconds < 0
      || __builtin_mul_overflow (seconds, NS_PER_SECOND, age_ns))
    return FALSE;

  *age_ns = MAX (*age_ns, now->boot_time_ns);
  return TRUE;
}

gboolean
moment_is_of_this_boot (const Moment *then, const Moment *now)
{
  return memcmp (then->boot_id, now->boot_id, sizeof then->boot_id) == 0;
}

gboolean
moment_age (const Moment *then, const Moment *now, gint64 *age_ns)
{
  if (!moment_is_of_this_boot (then, now))
    return age_after_reboot (then, now, age_ns);

  /* Below zero by a hair: it came while somebody asked. By more, or by more than a number can
   * hold: nothing that we wrote in this boot. */
  if (__builtin_sub_overflow (now->boot_time_ns, then->boot_time_ns, age_ns)
      || *age_ns < -NS_PER_SECOND)
    return FALSE;

  *age_ns = MAX (*age_ns, 0);
  return TRUE;
}
