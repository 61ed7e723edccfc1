package ru.vremenagoda.kit

import ru.vremenagoda.ffi.CalendarDate
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.Instant
import ru.vremenagoda.ffi.Kopecks
import ru.vremenagoda.ffi.Texts as CoreTexts

/** Money, days and instants in words, in the app's language. */
public class Texts internal constructor(internal val core: CoreTexts) {
    /** An amount: `1 234,50 ₽` in Russian, `1,234.50 ₽` in English; no space at which a line could break. */
    public fun money(amount: Kopecks): String = core.calling { money(amount) }

    /** A day with its month's name: `31 марта 2026`. [CoreException.InvalidArgument] for a day that is none. */
    public fun day(day: CalendarDate): String = core.calling { day(day) }

    /** An instant on Moscow's calendar and clocks: `31 марта 2026, 14:05`. */
    public fun instant(instant: Instant): String = core.calling { instant(instant) }
}
