import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/** Answers `{"pattern": text, "event": text}` lines with `true`, `false`, or the reason of a refusal as a JSON string. */
public class PatternOracle {
    public static void main(String[] args) throws Exception {
        ObjectMapper json = new ObjectMapper();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        StringBuilder out = new StringBuilder();
        for (String line; (line = in.readLine()) != null; ) {
            ObjectNode vector = (ObjectNode) json.readTree(line);
            String pattern = vector.get("pattern").asText();
            try {
                JsonRuleCompiler.compile(pattern);
                Machine machine = new Machine();
                machine.addRule("rule", pattern);
                out.append(machine.rulesForJSONEvent(vector.get("event").asText()).contains("rule"));
            } catch (JsonProcessingException e) {
                out.append(json.writeValueAsString(e.getOriginalMessage()));
            } catch (IllegalArgumentException e) {
                out.append(json.writeValueAsString(e.getMessage()));
            } catch (RuntimeException e) {
                // A bug of the library is nothing to be held to.
                out.append("null");
            }
            out.append('\n');
        }
        System.out.write(out.toString().getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
