package ru.vremenagoda.platform

import java.io.File
import java.nio.file.Path
import kotlin.io.path.readText
import kotlin.io.path.writeText
import org.jetbrains.kotlin.abi.tools.AbiFilters
import org.jetbrains.kotlin.abi.tools.AbiTools
import org.junit.Assert.assertEquals
import org.junit.Test

/** What of the kit's Android is public is written down too. */
class ApiTest {
    private val file = Path.of(System.getProperty("vremena.api"))

    /** `UPDATE_API=1 cargo xtask kotlin` writes the file. */
    @Test
    fun `the public API is the one in the file`() {
        val classes = File(System.getProperty("vremena.kit")).walk().filter { it.extension == "class" }.toList()
        val api = buildString { AbiTools.getInstance().printJvmDump(this, classes, AbiFilters.EMPTY) }
        if (System.getenv("UPDATE_API") == "1") file.writeText(api)
        assertEquals("look at what has changed, and write it down: UPDATE_API=1", file.readText(), api)
    }
}
