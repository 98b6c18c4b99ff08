from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0005_printed_scorecards"),
    ]

    operations = [
        migrations.RemoveField(model_name="printedscorecard", name="named"),
    ]
