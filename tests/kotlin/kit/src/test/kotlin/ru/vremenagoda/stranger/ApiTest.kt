package ru.vremenagoda.stranger

import java.nio.file.Path
import kotlin.io.path.readText
import kotlin.io.path.writeText
import org.jetbrains.kotlin.abi.tools.AbiFilters
import org.jetbrains.kotlin.abi.tools.AbiTools
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What of the kit is public is written down, so that nothing becomes so, or stops being so, unseen. */
class ApiTest {
    private val file = Path.of(System.getProperty("vremena.api"))
    private val api = buildString {
        val jar = Path.of(System.getProperty("vremena.kit")).toFile()
        AbiTools.getInstance().printJvmDump(this, listOf(jar), AbiFilters.EMPTY)
    }

    /** `UPDATE_API=1 cargo xtask kotlin` writes the file. */
    @Test
    fun `the public API is the one in the file`() {
        if (System.getenv("UPDATE_API") == "1") file.writeText(api)
        assertEquals(file.readText(), api, "look at what has changed, and write it down: UPDATE_API=1")
    }

    @Test
    fun `nothing of it speaks of how the core is called`() {
        for (inner in listOf("jna", "RustBuffer", "Pointer", "InternalException", "ForeignBytes", "FfiConverter", "Uniffi")) {
            assertFalse(inner in api, inner)
        }
        assertTrue("public final class ru/vremenagoda/kit/Vremena " in api)
    }
}
