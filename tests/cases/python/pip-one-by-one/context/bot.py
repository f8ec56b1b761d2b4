import humanize
import yaml

with open("answers.yaml") as file:
    answers = yaml.safe_load(file)
for question, answer in answers.items():
    print(question, humanize.intcomma(answer))
