package ru.vremenagoda.ffi

import org.junit.jupiter.api.Test

class LineTest {
    @Test
    fun aDate() = org.junit.jupiter.api.Assertions.assertEquals(2u, CalendarDate(2026, 1u, 2u).day)
}
