/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/lists/postern-list-view.h"

/**
 * list_menu_attach:
 * @menu: for a click with the right button, and for Shift+F10
 * @actions: add, change, remove, copy and paste; their keys are pressed in the list
 *
 * Gives @list its keys and its context menu. @menu and @actions are to live as long as it does.
 */
void list_menu_attach (PosternListView *list, GMenuModel *menu, GActionGroup *actions);
